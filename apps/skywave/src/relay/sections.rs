//! Sections that a courier would rather not carry.
//!
//! What is signed cannot be cut: an edition's index names its objects, and an object is handed on
//! whole or not at all. So an article of such a section is not shown on the landing page and the
//! site; and an object that nothing else needs (a bundle with articles of such sections only,
//! their pictures and sounds) stays out of the downloads, where whoever opens them finds the rest
//! verified and the edition incomplete. Bundles that hold other articles too, above all the front's
//! with its titles and leads, are handed on whole.

use std::collections::{HashMap, HashSet};

use edition::{Article, Bundle, Index, ObjectHash, ObjectId};
use receiver::News;

/// Sections by their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sections(Vec<String>);

/// What leaving sections out of an edition came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeftOut {
    /// Objects that stay out of the downloads.
    pub(crate) objects: HashSet<ObjectHash>,
    /// Articles, or their titles, that are in the downloads all the same.
    pub(crate) still_in: usize,
}

impl Sections {
    /// These, in letters of either case.
    pub(crate) fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| folded(name)).collect())
    }

    fn has(&self, article: &Article) -> bool {
        let section = article.section.as_deref().map(folded);
        section.is_some_and(|section| self.0.contains(&section))
    }

    /// Takes their articles out of what is shown.
    pub(crate) fn leave_out(&self, news: &mut News) {
        news.articles.retain(|news| !self.has(&news.article));
    }

    /// What of these indexes is not needed without them, as far as the bundles are here.
    pub(crate) fn unneeded(
        &self,
        indexes: &[Index],
        bundles: &HashMap<ObjectHash, Option<Bundle>>,
    ) -> LeftOut {
        let mut left = LeftOut::default();
        if self.0.is_empty() {
            return left;
        }
        let (mut kept, mut dropped) = (HashSet::<ObjectId>::new(), HashSet::new());
        let mut still_in = HashSet::new();
        let objects = || indexes.iter().flat_map(|index| &index.objects);
        for entry in objects() {
            let Some(Some(bundle)) = bundles.get(&entry.hash) else {
                continue;
            };
            let articles = bundle.articles.iter();
            let (out, other): (Vec<_>, Vec<_>) = articles.partition(|article| self.has(article));
            if other.is_empty() && !out.is_empty() {
                left.objects.insert(entry.hash);
            } else {
                still_in.extend(out.iter().map(|article| article.number));
            }
            kept.extend(other.iter().flat_map(|article| article.objects()));
            dropped.extend(out.iter().flat_map(|article| article.objects()));
        }
        left.still_in = still_in.len();
        for entry in objects() {
            let id = entry.hash.id();
            if dropped.contains(&id) && !kept.contains(&id) {
                left.objects.insert(entry.hash);
                left.objects.extend(entry.groups);
            }
        }
        left
    }
}

fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}
