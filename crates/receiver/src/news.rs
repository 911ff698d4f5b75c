//! What an edition says, as far as it is here.

use std::collections::{BTreeMap, HashMap, HashSet};

use edition::{
    Article, Bundle, Dictionaries, Index, ObjectEntry, ObjectHash, ObjectId, ObjectKind, Place,
    SignedEdition, Tier,
};

use crate::store::{Name, Store};

/// The news of one edition.
#[derive(Debug, Clone)]
pub struct News {
    /// The publisher's name.
    pub publisher: String,
    /// Number of the edition.
    pub number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub seconds: u64,
    /// Articles, the newest first; corrected ones in their last form, withdrawn and expired ones
    /// not at all.
    pub articles: Vec<NewsArticle>,
    /// Numbers of withdrawn articles.
    pub withdrawn: Vec<u64>,
    /// Where to find the publisher.
    pub places: Vec<Place>,
    /// Objects by the name that articles use.
    pub objects: HashMap<ObjectId, NewsObject>,
    /// Bundles that are not here yet.
    pub missing_bundles: usize,
    /// Bundles that cannot be read, and why: most often they are newer than this program.
    pub unreadable: Vec<edition::Error>,
}

/// An article and the language it is in.
#[derive(Debug, Clone)]
pub struct NewsArticle {
    /// The language (BCP 47).
    pub language: String,
    /// The article.
    pub article: Article,
    /// Whether the whole of it is here, or only title and lead.
    pub is_whole: bool,
}

/// An object that an article may refer to.
#[derive(Debug, Clone)]
pub struct NewsObject {
    /// What its index says of it.
    pub entry: ObjectEntry,
    /// Whether it is here.
    pub is_here: bool,
}

/// Reads what `indexes` name, as far as it is in the store.
pub fn news<S: Store>(
    store: &mut S,
    edition: &SignedEdition,
    indexes: &[&Index],
    dictionaries: &mut Dictionaries,
) -> Result<News, S::Error> {
    let mut news = news_of(edition, indexes, &mut |hash| {
        if !store.has(Name::Object(hash))? {
            return Ok(None);
        }
        read_bundle(store, hash, dictionaries).map(Some)
    })?;
    for object in news.objects.values_mut() {
        object.is_here = store.has(Name::Object(object.entry.hash))?;
    }
    Ok(news)
}

/// What `indexes` name: bundles are asked for, whether other objects are here is left open
/// (`is_here` is false).
pub fn news_of<E>(
    edition: &SignedEdition,
    indexes: &[&Index],
    bundle: &mut impl FnMut(ObjectHash) -> Result<Option<Result<Bundle, edition::Error>>, E>,
) -> Result<News, E> {
    let manifest = edition.manifest();
    let mut news = News {
        publisher: manifest.publisher.clone(),
        number: manifest.number,
        seconds: manifest.seconds,
        articles: Vec::new(),
        withdrawn: Vec::new(),
        places: Vec::new(),
        objects: HashMap::new(),
        missing_bundles: 0,
        unreadable: Vec::new(),
    };
    let mut gone: HashSet<u64> = HashSet::new();
    let mut withdrawn: Vec<u64> = Vec::new();
    // Text before front: an article that is whole stands before its headline.
    let mut articles: BTreeMap<u64, NewsArticle> = BTreeMap::new();
    let mut ordered: Vec<&&Index> = indexes.iter().collect();
    ordered.sort_by_key(|index| match index.tier {
        Tier::Text => 0,
        _ => 1 + index.tier.number(),
    });
    for index in ordered {
        gone.extend(&index.expired);
        withdrawn.extend(&index.withdrawn);
        news.places.extend(index.places.iter().cloned());
        for entry in &index.objects {
            if entry.kind != ObjectKind::Bundle {
                let object = NewsObject {
                    entry: entry.clone(),
                    is_here: false,
                };
                news.objects.insert(entry.hash.id(), object);
                continue;
            }
            match bundle(entry.hash)? {
                None => news.missing_bundles += 1,
                Some(Ok(bundle)) => add(&mut articles, bundle, index.tier),
                Some(Err(error)) => news.unreadable.push(error),
            }
        }
    }
    withdrawn.sort_unstable();
    withdrawn.dedup();
    news.articles = articles
        .into_values()
        .filter(|a| !gone.contains(&a.article.number))
        .filter(|a| withdrawn.binary_search(&a.article.number).is_err())
        .collect();
    news.articles
        .sort_by_key(|a| std::cmp::Reverse((a.article.minutes, a.article.number)));
    news.withdrawn = withdrawn;
    Ok(news)
}

fn read_bundle<S: Store>(
    store: &mut S,
    hash: ObjectHash,
    dictionaries: &mut Dictionaries,
) -> Result<Result<Bundle, edition::Error>, S::Error> {
    let bytes = store.get(Name::Object(hash))?.unwrap_or_default();
    Ok(Bundle::unpack(&bytes, dictionaries))
}

fn add(articles: &mut BTreeMap<u64, NewsArticle>, bundle: Bundle, tier: Tier) {
    for article in bundle.articles {
        let is_whole = tier != Tier::Front;
        let new = NewsArticle {
            language: bundle.language.clone(),
            article,
            is_whole,
        };
        match articles.get(&new.article.number) {
            Some(old)
                if (old.article.revision, old.is_whole) >= (new.article.revision, is_whole) => {}
            _ => {
                articles.insert(new.article.number, new);
            }
        }
    }
}
