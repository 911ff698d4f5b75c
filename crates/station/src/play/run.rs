//! Everything that is on air, from the start to the stop.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use age::secrecy::SecretString;

use crate::error::Error;
use crate::play::board::EditionStatus;
use crate::play::desk::Desk;
use crate::play::material::Material;
use crate::play::newsroom::{self, Passphrase};
use crate::play::notify::Notify;
use crate::play::settings::OnAirPlan;
use crate::play::web;
use crate::station::Station;

/// The trouble with the newest edition.
const EDITION: &str = "edition";
/// What is on air has so long to end.
const ENDING: Duration = Duration::from_secs(8);

/// Whom to ask, and when to stop.
pub struct Play {
    /// The station.
    pub station: Station,
    /// Opens the key that signs editions, where sources are published by themselves; nobody may be
    /// there to answer.
    pub passphrase: Box<dyn FnMut() -> Option<SecretString> + Send>,
    /// Is told the address of the status page.
    pub listening: Box<dyn FnMut(std::net::SocketAddr)>,
}

/// Is on air until `stop` says so: it waits for that, and comes back. An error is one of the start, or
/// of a part that ended and never should.
pub fn play(play: Play, stop: impl Future<Output = ()>) -> Result<(), Error> {
    let Play {
        station,
        passphrase,
        mut listening,
    } = play;
    let path = station.dir().join("station.toml");
    let settings = OnAirPlan::of(station.settings());
    let plan = settings.map_err(|why| Error::Settings { path, why })?;
    let _lock = station.take_air()?;
    check_key(&station)?;
    let listener = plan.listen.map(web::bind).transpose()?;
    let publisher = station.publisher().name.clone();
    let desk = Arc::new(Desk::new(station));
    desk.board.tell(|board| board.publisher = publisher);
    let threads = start(&plan, &desk, passphrase)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::file("the runtime"))?;
    let notify = Notify::from_environment();
    let ended = runtime.block_on(async {
        if let Some(listener) = listener {
            let address = listener.local_addr();
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                if let Err(error) = web::serve(listener, desk).await {
                    tracing::error!(%error, "the status page is gone");
                }
            });
            if let Ok(address) = address {
                listening(address);
            }
        }
        notify.tell("READY=1");
        tokio::select! {
            () = stop => None,
            ended = supervise(&desk, &threads, &notify) => Some(ended),
        }
    });
    tracing::info!("stopping");
    notify.tell("STOPPING=1");
    desk.stop();
    let until = desk.now() + ENDING;
    for thread in threads {
        while !thread.is_finished() && desk.now() < until {
            thread::sleep(Duration::from_millis(20));
        }
    }
    match ended {
        None => Ok(()),
        Some(name) => Err(Error::Ended { name }),
    }
}

/// Starts everything that has a thread.
fn start(
    plan: &OnAirPlan,
    desk: &Arc<Desk>,
    passphrase: Passphrase,
) -> Result<Vec<JoinHandle<()>>, Error> {
    let mut threads = Vec::new();
    let named = |name: &str| thread::Builder::new().name(name.to_owned());
    let (of_editions, every) = (Arc::clone(desk), plan.look_every);
    let editions = named("editions").spawn(move || editions(&of_editions, every));
    threads.push(editions.map_err(Error::file("a thread"))?);
    for line in &plan.ts {
        threads.extend(line.clone().start(desk)?);
    }
    for line in &plan.radio {
        threads.extend(line.clone().start(desk)?);
    }
    if let Some(line) = &plan.udp {
        threads.extend(line.clone().start(desk)?);
    }
    for line in &plan.mirrors {
        threads.extend(line.clone().start(desk)?);
    }
    let (of_sources, sources, every) =
        (Arc::clone(desk), plan.sources.clone(), plan.editions_every);
    let watch = move || newsroom::watch(&of_sources, &sources, every, passphrase);
    let watch = named("newsroom").spawn(watch);
    threads.push(watch.map_err(Error::file("a thread"))?);
    Ok(threads)
}

/// Tells systemd that the station lives, as long as it does; comes back when a part has ended.
async fn supervise(desk: &Desk, threads: &[JoinHandle<()>], notify: &Notify) -> String {
    let watchdog = Notify::watchdog();
    let mut told = desk.now();
    loop {
        tokio::time::sleep(Duration::from_millis(250)).await;
        if let Some(thread) = threads.iter().find(|thread| thread.is_finished()) {
            return thread.thread().name().unwrap_or("a part").to_owned();
        }
        let now = desk.now();
        let is_time = watchdog.is_some_and(|every| now.saturating_sub(told) >= every / 2);
        if is_time && desk.board.read().is_alive(now) {
            notify.tell("WATCHDOG=1");
            told = now;
        }
    }
}

/// Looks for new editions, whoever has published them.
fn editions(desk: &Desk, every: Duration) {
    let mut on_air = 0;
    loop {
        match newest(desk, on_air) {
            Ok(Some(material)) => {
                on_air = material.number;
                tracing::info!(edition = on_air, "on its way to the air");
                desk.board
                    .tell(|board| board.edition = Some(status(&material)));
                desk.put_on_air(Arc::new(material));
                desk.board.trouble(EDITION, None);
            }
            Ok(None) => {
                desk.board.trouble(EDITION, None);
            }
            Err(error) => {
                if desk.board.trouble(EDITION, Some(error.to_string())) {
                    tracing::error!(%error, "the newest edition is not on air");
                }
            }
        }
        if !desk.wait(every) {
            return;
        }
    }
}

fn newest(desk: &Desk, on_air: u64) -> Result<Option<Material>, Error> {
    match desk.station.archive().newest()? {
        number if number > on_air => Ok(Some(Material::load(&desk.station, number, &mut || None)?)),
        _ => Ok(None),
    }
}

fn status(material: &Material) -> EditionStatus {
    let terms = material.certificate.terms();
    EditionStatus {
        number: material.number,
        seconds: material.seconds,
        objects: material.everything.items.len(),
        bytes: material.everything.bytes(),
        certificate_editions: terms.last.saturating_sub(material.number),
        certificate_ends: terms.not_after,
    }
}

/// The key that signs lists opens without a person, so that what is signed is on air after a power
/// cut.
fn check_key(station: &Station) -> Result<(), Error> {
    match station.read_on_air_key(&mut || None) {
        Ok(_) => Ok(()),
        Err(Error::PassphraseNeeded { .. }) => Err(Error::OnAirKeyClosed),
        Err(error) => Err(error),
    }
}
