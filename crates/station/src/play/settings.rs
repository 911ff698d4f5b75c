//! What `station.toml` says of the station on air: `[play]`, and `[[source]]`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts::{Bitrate, Slate};

use crate::multicast::{Place, SenderTerms};
use crate::play::hours::Hours;
use crate::play::mirror::MirrorLine;
use crate::play::outlet::Route;
use crate::play::radio::{RadioLine, SoundOut};
use crate::play::timetable::When;
use crate::play::ts::TsLine;
use crate::play::udp::UdpLine;
use crate::send::{LEVELS, Programme, SendRadio, SendUdp, StreamTerms, is_slate_sound, parse_way};
use crate::settings::{Settings, days_mask, minute};

/// Where status and metrics are.
const LISTEN: &str = "127.0.0.1:9180";
/// Least seconds between two readings of a source.
const LEAST_EVERY: Duration = Duration::from_secs(60);

/// `[play]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaySettings {
    /// Address and port of status page, metrics and health; empty: none.
    pub listen: String,
    /// Disk that symbols take which wait to go on air, such as `1G`: for each carrier.
    pub spool: String,
    /// Least time between two editions that are published without a person, such as `15m`.
    pub editions_every: String,
    /// How often it is looked whether there is a new edition, such as `5s`.
    pub look_every: String,
    /// Television streams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ts: Vec<TsOut>,
    /// Slots on the radio.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub radio: Vec<RadioOut>,
    /// FLUTE: one at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub udp: Vec<UdpOut>,
    /// Folders that mirrors carry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mirror: Vec<MirrorOut>,
}

/// `[[play.ts]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TsOut {
    /// What it is called in status, logs and file names; `ts-1` and so on by default.
    pub name: Option<String>,
    /// `udp://ADDRESS:PORT` or `rtp://ADDRESS:PORT`; a multicast group, or a modulator.
    pub to: String,
    /// Rate of the whole stream, such as `10M`.
    pub bitrate: String,
    /// Address of the interface that it leaves by.
    pub from: Option<IpAddr>,
    /// Hops that multicast goes; 1 by default: the local network.
    pub hops: Option<u8>,
    /// Name of the service, in place of that of `[ts]`.
    pub service: Option<String>,
}

/// `[[play.radio]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RadioOut {
    /// What it is called in status and logs; `radio-1` and so on by default.
    pub name: Option<String>,
    /// Begin in UTC, as `HH:MM`.
    pub from: String,
    /// End in UTC, as `HH:MM`.
    pub to: String,
    /// Days of the week, 1 (Monday) to 7; none means every day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<u8>,
    /// The waveform, such as `shortwave`.
    pub mode: String,
    /// Samples a second; 48000 by default.
    pub rate: Option<u32>,
    /// Where the peaks are, in dB over full scale; -3 by default.
    pub level: Option<f64>,
    /// Data without a voice around it.
    #[serde(default)]
    pub bare: bool,
    /// A file that is there, whole, before the slot begins: `.wav`, `.flac` or `.mp3`.
    pub file: Option<PathBuf>,
    /// A pipe (FIFO) that takes a WAV during the slot.
    pub pipe: Option<PathBuf>,
    /// A command that takes a WAV on its standard input during the slot.
    pub command: Option<Vec<String>>,
}

/// `[[play.udp]]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UdpOut {
    /// What it is called in status and logs.
    pub name: Option<String>,
    /// `ADDRESS:PORT` of the multicast group.
    pub to: String,
    /// Rate of all packets, such as `2M`.
    pub bitrate: String,
    /// The network interface that it leaves by: its name, number or IPv4 address.
    pub interface: Option<String>,
    /// Routers that a datagram may pass; of multicast 1, which none passes, by default.
    pub hops: Option<u8>,
    /// Percent of the datagrams that listeners lose; 2 by default.
    pub loss: Option<f64>,
    /// Front and text only.
    #[serde(default)]
    pub text: bool,
}

/// `[[play.mirror]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MirrorOut {
    /// What it is called in status and logs.
    pub name: Option<String>,
    /// A directory: on this machine, or mounted.
    pub to: PathBuf,
}

/// `[[source]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// A feed, a page, a file or a folder: an address or a path.
    pub at: String,
    /// How often it is read, such as `15m`; hourly by default.
    pub every: Option<String>,
    /// Or when, in UTC, as `["06:00", "18:00"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<String>,
    /// Whether what it brings waits for a person.
    #[serde(default)]
    pub publish: Publish,
}

/// Who says that something is published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publish {
    /// A person, with `skywave approve`.
    #[default]
    Approved,
    /// Nobody: whoever can change the source can publish.
    ByItself,
}

impl Default for PlaySettings {
    fn default() -> Self {
        Self {
            listen: LISTEN.to_owned(),
            spool: "1G".to_owned(),
            editions_every: "15m".to_owned(),
            look_every: "5s".to_owned(),
            ts: Vec::new(),
            radio: Vec::new(),
            udp: Vec::new(),
            mirror: Vec::new(),
        }
    }
}

impl PlaySettings {
    /// Whether they are what they are without being set.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A source and when it is read.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) at: String,
    pub(crate) when: When,
    pub(crate) publish: Publish,
}

/// The settings, checked.
#[derive(Debug, Clone)]
pub(crate) struct OnAirPlan {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) editions_every: Duration,
    pub(crate) look_every: Duration,
    pub(crate) ts: Vec<TsLine>,
    pub(crate) radio: Vec<RadioLine>,
    pub(crate) udp: Option<UdpLine>,
    pub(crate) mirrors: Vec<MirrorLine>,
    pub(crate) sources: Vec<Source>,
}

impl OnAirPlan {
    /// Checks what `station.toml` says; what is wrong, if something is.
    pub(crate) fn of(settings: &Settings) -> Result<Self, String> {
        let play = &settings.play;
        let spool_bytes = bytes(&play.spool).map_err(within("play", "spool"))?;
        let mut ts = Vec::new();
        for (place, out) in play.ts.iter().enumerate() {
            let name = name(&out.name, "ts", place)?;
            let line = out.line(settings, (place, play.ts.len()), name.clone(), spool_bytes);
            ts.push(line.map_err(|why| format!("[[play.ts]] {name}: {why}"))?);
        }
        let mut radio = Vec::new();
        for (place, out) in play.radio.iter().enumerate() {
            let name = name(&out.name, "radio", place)?;
            let line = out.line(name.clone());
            radio.push(line.map_err(|why| format!("[[play.radio]] {name}: {why}"))?);
        }
        let udp = match play.udp.as_slice() {
            [] => None,
            [out] => {
                let name = name(&out.name, "udp", 0)?;
                let line = out.line(name.clone());
                Some(line.map_err(|why| format!("[[play.udp]] {name}: {why}"))?)
            }
            // They would send the same symbols.
            _ => return Err("[[play.udp]]: one is all that can be".to_owned()),
        };
        let mut mirrors = Vec::new();
        for (place, out) in play.mirror.iter().enumerate() {
            let name = name(&out.name, "mirror", place)?;
            let line = out.line(name.clone());
            mirrors.push(line.map_err(|why| format!("[[play.mirror]] {name}: {why}"))?);
        }
        let mut names: Vec<&str> = ts.iter().map(|line| line.name.as_str()).collect();
        names.extend(radio.iter().map(|line| line.name.as_str()));
        names.extend(udp.iter().map(|line| line.name.as_str()));
        names.extend(mirrors.iter().map(|line| line.name.as_str()));
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("two carriers of [play] are called «{}»", pair[0]));
        }
        let sources = settings.source.iter().map(SourceSettings::check);
        Ok(Self {
            listen: listen(&play.listen)?,
            editions_every: span(&play.editions_every).map_err(within("play", "editions_every"))?,
            look_every: span(&play.look_every).map_err(within("play", "look_every"))?,
            ts,
            radio,
            udp,
            mirrors,
            sources: sources.collect::<Result<_, _>>()?,
        })
    }
}

impl TsOut {
    fn line(
        &self,
        settings: &Settings,
        place: (usize, usize),
        name: String,
        spool_bytes: u64,
    ) -> Result<TsLine, String> {
        let wrong = || {
            format!(
                "to = «{}» is not udp://ADDRESS:PORT or rtp://ADDRESS:PORT",
                self.to
            )
        };
        let (scheme, address) = self.to.split_once("://").ok_or_else(wrong)?;
        let to: SocketAddr = address.parse().map_err(|_| wrong())?;
        if !["udp", "rtp"].contains(&scheme) || to.port() == 0 {
            return Err(wrong());
        }
        if self.from.is_some_and(|from| from.is_ipv4() != to.is_ipv4()) {
            return Err("from and to are not of one family: both IPv4, or both IPv6".to_owned());
        }
        let bitrate: Bitrate = self
            .bitrate
            .parse()
            .map_err(|e: ts::TsError| e.to_string())?;
        let ways = settings.ts.carriages.iter();
        let carriages = ways.map(|way| parse_way(way).map_err(|why| format!("«{way}»: {why}")));
        let carriages: Vec<_> = carriages.collect::<Result<_, _>>()?;
        Ok(TsLine {
            name,
            stream: StreamTerms {
                bitrate,
                data_in_slate_sound: settings.ts.carriages.iter().any(|way| is_slate_sound(way)),
                carriages,
                slate: settings.ts.slate.then(Slate::bundled),
                service: self
                    .service
                    .clone()
                    .unwrap_or_else(|| settings.ts.service.clone()),
            },
            route: Route {
                to,
                from: self.from,
                hops: self.hops.unwrap_or(1),
            },
            rtp: scheme == "rtp",
            place,
            spool_bytes,
        })
    }
}

impl RadioOut {
    fn line(&self, name: String) -> Result<RadioLine, String> {
        let modes = radio::modes_named(&self.mode);
        let modes = modes.ok_or_else(|| {
            format!(
                "there is no mode «{}»: `skywave send radio --help` lists them",
                self.mode
            )
        })?;
        let (from, to) = (minute(&self.from)?, minute(&self.to)?);
        let minutes = (to + 1_440 - from) % 1_440;
        let out = match (&self.file, &self.pipe, &self.command) {
            (Some(path), None, None) => SoundOut::File(path.clone()),
            (None, Some(path), None) => SoundOut::Pipe(path.clone()),
            (None, None, Some(command)) if !command.is_empty() => {
                SoundOut::Command(command.clone())
            }
            _ => {
                return Err(
                    "exactly one of file, pipe and command says where the sound goes".to_owned(),
                );
            }
        };
        let level_db = self.level.unwrap_or(-3.0);
        if !LEVELS.contains(&level_db) {
            return Err(format!(
                "level = {level_db} is no level for peaks: -40 to 0 dB"
            ));
        }
        let terms = SendRadio {
            edition: None,
            name: self.mode.clone(),
            modes,
            seconds: if minutes == 0 { 1_440 } else { minutes } as f64 * 60.0,
            rate: self.rate.unwrap_or(48_000),
            level_db,
            everything: false,
            fresh: false,
            programme: (!self.bare).then(|| Programme {
                announcements: Vec::new(),
                bulletins: Vec::new(),
                headlines: 8,
                every: 600.0,
            }),
        };
        terms.check().map_err(|e| e.to_string())?;
        Ok(RadioLine {
            name,
            hours: Hours {
                from,
                to,
                days: days_mask(&self.days)?,
            },
            terms,
            out,
        })
    }
}

impl UdpOut {
    fn line(&self, name: String) -> Result<UdpLine, String> {
        let bitrate: Bitrate = self
            .bitrate
            .parse()
            .map_err(|e: ts::TsError| e.to_string())?;
        let place = Place::new(&self.to, self.interface.clone()).map_err(|e| e.to_string())?;
        let loss = self.loss.unwrap_or(2.0);
        if !(0.0..=90.0).contains(&loss) {
            return Err(format!("loss = {loss}: 0 to 90 percent"));
        }
        Ok(UdpLine {
            name,
            terms: SendUdp {
                edition: None,
                bits_per_s: bitrate.bits_per_s(),
                header_bytes: place.header_bytes(),
                length: None,
                loss: loss / 100.0,
                is_narrow: self.text,
                is_primary: false,
                tsi: None,
                closes: false,
            },
            sender: SenderTerms {
                place,
                ttl: self.hops,
                bits_per_s: bitrate.bits_per_s(),
            },
        })
    }
}

impl MirrorOut {
    fn line(&self, name: String) -> Result<MirrorLine, String> {
        let is_address = self.to.to_str().is_some_and(|to| to.contains("://"));
        match is_address || !self.to.is_absolute() {
            true => Err(format!(
                "to = «{}» is no directory: an absolute path, such as /srv/www/news (to a bucket or a \
                 server it is carried on by rclone or rsync)",
                self.to.display()
            )),
            false => Ok(MirrorLine {
                name,
                to: self.to.clone(),
            }),
        }
    }
}

impl SourceSettings {
    fn check(&self) -> Result<Source, String> {
        let wrong = |why: String| format!("[[source]] {}: {why}", self.at);
        let when = match (&self.every, self.times.is_empty()) {
            (Some(_), false) => return Err(wrong("every or times, not both".to_owned())),
            (Some(every), true) => When::Every(span(every).map_err(wrong)?),
            (None, true) => When::Every(Duration::from_secs(3_600)),
            (None, false) => {
                let times = self.times.iter().map(|time| minute(time));
                When::At(times.collect::<Result<_, _>>().map_err(wrong)?)
            }
        };
        if matches!(when, When::Every(time) if time < LEAST_EVERY) {
            return Err(wrong("it is read every minute at most".to_owned()));
        }
        if self.at.trim().is_empty() {
            return Err("[[source]] has no at: an address or a path".to_owned());
        }
        Ok(Source {
            at: self.at.clone(),
            when,
            publish: self.publish,
        })
    }
}

fn within<'a>(table: &'a str, key: &'a str) -> impl Fn(String) -> String + 'a {
    move |why| format!("[{table}] {key}: {why}")
}

fn name(given: &Option<String>, kind: &str, place: usize) -> Result<String, String> {
    let name = given
        .clone()
        .unwrap_or_else(|| format!("{kind}-{}", place + 1));
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match !name.is_empty() && name.len() <= 32 && name.chars().all(fits) {
        true => Ok(name),
        false => Err(format!(
            "[[play.{kind}]] name «{name}»: up to 32 letters, digits and hyphens"
        )),
    }
}

fn listen(text: &str) -> Result<Option<SocketAddr>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let address = text
        .parse()
        .map_err(|_| format!("[play] listen = «{text}» is not ADDRESS:PORT"))?;
    Ok(Some(address))
}

/// `90s`, `15m`, `1h`, `2d`.
fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("«{text}» is not a time such as 90s, 15m, 1h or 2d");
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    match count * unit {
        0 => Err(wrong()),
        seconds if seconds > 31_536_000 => Err(wrong()),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

/// `500M`, `1G`: bytes, in powers of ten.
fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("«{text}» is not a size such as 500M or 2G, at least 30M");
    let unit = match text.chars().last() {
        Some('M') => 1_000_000,
        Some('G') => 1_000_000_000,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    match count.checked_mul(unit) {
        Some(bytes) if bytes >= 30_000_000 => Ok(bytes),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<OnAirPlan, String> {
        let settings: Settings = toml::from_str(text).map_err(|e| e.to_string())?;
        OnAirPlan::of(&settings)
    }

    #[test]
    fn a_station_with_everything() {
        let station = of(r#"
            name = "A Newsroom"
            [ts]
            carriages = ["teletext=100k"]
            [play]
            listen = "127.0.0.1:0"
            editions_every = "30m"
            [[play.ts]]
            to = "rtp://239.1.2.3:5000"
            bitrate = "10M"
            from = "10.0.0.5"
            [[play.ts]]
            name = "second"
            to = "udp://[ff15::7]:5000"
            bitrate = "4M"
            [[play.radio]]
            from = "23:30"
            to = "00:15"
            days = [1, 7]
            mode = "shortwave"
            command = ["aplay", "-q", "-"]
            [[source]]
            at = "https://newsroom.example/feed"
            every = "10m"
            [[source]]
            at = "urgent"
            times = ["06:00", "18:00"]
            publish = "by-itself"
        "#);
        let station = station.unwrap();
        let names: Vec<_> = station.ts.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["ts-1", "second"]);
        assert!(station.ts[0].rtp && !station.ts[1].rtp);
        assert_eq!(station.radio[0].terms.seconds, 45.0 * 60.0);
        assert_eq!(station.sources[0].publish, Publish::Approved);
        assert_eq!(station.sources[1].publish, Publish::ByItself);
    }

    #[test]
    fn what_is_wrong_is_said_at_the_door() {
        let ts = |more: &str| {
            format!("[[play.ts]]\nto = \"udp://239.1.1.1:5000\"\nbitrate = \"4M\"\n{more}")
        };
        let radio =
            |more: &str| format!("[[play.radio]]\nfrom = \"18:00\"\nto = \"18:30\"\n{more}");
        let wrong = [
            ("[play]\nlisten = \"here\"", "ADDRESS:PORT"),
            ("[play]\nspool = \"1\"", "spool"),
            ("[play]\nloud = true", "loud"),
            (
                "[[play.ts]]\nto = \"239.1.1.1:5000\"\nbitrate = \"4M\"",
                "udp://",
            ),
            (
                "[[play.ts]]\nto = \"udp://239.1.1.1:5000\"\nbitrate = \"fast\"",
                "fast",
            ),
            (&ts("from = \"::1\""), "family"),
            (&ts("name = \"../x\""), "letters"),
            (
                &format!("{}{}", ts("name = \"a\"\n"), ts("name = \"a\"")),
                "«a»",
            ),
            (&radio("mode = \"whisper\"\npipe = \"x\""), "whisper"),
            (&radio("mode = \"shortwave\""), "exactly one"),
            (
                &radio("mode = \"shortwave\"\npipe = \"x\"\nfile = \"y.wav\""),
                "exactly one",
            ),
            ("[[source]]\nat = \"a\"\nevery = \"1s\"", "minute"),
            (
                "[[source]]\nat = \"a\"\nevery = \"1h\"\ntimes = [\"06:00\"]",
                "both",
            ),
            ("[[source]]\nat = \"a\"\npublish = \"always\"", "always"),
            ("[[source]]\nat = \"a\"\ntimes = [\"25:00\"]", "25:00"),
        ];
        for (text, says) in wrong {
            let error = of(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_station_that_says_nothing_sends_nothing() {
        let station = of("").unwrap();
        assert!(station.ts.is_empty() && station.radio.is_empty() && station.sources.is_empty());
        assert_eq!(
            station.listen.map(|a| a.to_string()),
            Some(LISTEN.to_owned())
        );
    }
}
