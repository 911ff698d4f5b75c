//! Files, folders and sync as scripts and couriers use them: exit statuses, JSON, full disks, being
//! killed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn skywave(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn run(arguments: &[&str], status: i32) -> Vec<serde_json::Value> {
    lines(&skywave(arguments), status, arguments)
}

fn lines(output: &Output, status: i32, arguments: &[&str]) -> Vec<serde_json::Value> {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}\n{stdout}\n{stderr}"
    );
    let json = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("«{line}»: {e}"));
    stdout.lines().map(json).collect()
}

fn events<'a>(
    lines: &'a [serde_json::Value],
    name: &'a str,
) -> impl Iterator<Item = &'a serde_json::Value> {
    lines.iter().filter(move |line| line["event"] == name)
}

/// A station whose edition has a few megabytes of files.
struct Newsroom {
    dir: tempfile::TempDir,
}

impl Newsroom {
    fn new(files: usize, bytes: usize) -> Self {
        let this = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let output = skywave(&[
            "init",
            &this.path("st"),
            "--name",
            "A Newsroom",
            "--no-passphrase",
        ]);
        assert!(output.status.success());
        this.publish(0, files, bytes);
        this
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    /// Files that look like PDF: they go on air as they are.
    fn publish(&self, first: usize, files: usize, bytes: usize) {
        let mut sources = Vec::new();
        for n in first..first + files {
            let mut state = n as u64 + 1;
            let noise = (0..bytes).map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as u8
            });
            let bytes: Vec<u8> = b"%PDF-1.4\n".iter().copied().chain(noise).collect();
            let path = self.path(&format!("paper {n}.pdf"));
            fs::write(&path, bytes).unwrap();
            sources.push(path);
        }
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let words = ["publish", "--json", "-s", &self.path("st")];
        run(&[&words[..], &sources].concat(), 0);
    }

    fn send(&self, to: &str, words: &[&str]) -> Vec<serde_json::Value> {
        let first = [
            "send",
            "file",
            "--json",
            "-s",
            &self.path("st"),
            "-o",
            &self.path(to),
        ];
        run(&[&first[..], words].concat(), 0)
    }

    fn receive(&self, inputs: &[&str], inbox: &str, status: i32) -> Vec<serde_json::Value> {
        let words = [
            "--trust",
            &self.path("st/station.pub"),
            "-i",
            &self.path(inbox),
        ];
        run(
            &[&["receive", "--json"][..], inputs, &words].concat(),
            status,
        )
    }

    /// Objects of an inbox, all of which are what their names say, and their lengths.
    fn objects(&self, inbox: &str) -> BTreeMap<PathBuf, usize> {
        let mut all = BTreeMap::new();
        let objects = self.dir.path().join(inbox).join("objects");
        for folder in fs::read_dir(&objects).unwrap().flatten() {
            for file in fs::read_dir(folder.path()).unwrap().flatten() {
                let bytes = fs::read(file.path()).unwrap();
                let name = file.path().strip_prefix(&objects).unwrap().to_owned();
                if name.extension().is_none() {
                    let hash = blake3_hex(&bytes);
                    assert!(name.ends_with(&hash), "{name:?} is {hash}");
                }
                all.insert(name, bytes.len());
            }
        }
        all
    }
}

fn blake3_hex(bytes: &[u8]) -> String {
    edition::ObjectHash::of(bytes).to_string()
}

#[test]
fn sets_zips_and_folders_are_received_and_bad_files_among_them_told() {
    let news = Newsroom::new(6, 100_000);
    fs::create_dir_all(news.path("stick/deep")).unwrap();
    let sent = news.send("stick/n.sky", &["--size", "150k", "--spare", "2", "--zip"]);
    let sent = events(&sent, "sent").next().unwrap();
    let (files, needed) = (
        sent["files"].as_array().unwrap(),
        sent["needed"].as_u64().unwrap(),
    );
    assert_eq!(files.len() as u64, needed + 2);
    // A stick with what may be lost lost, moved about, and with other things on it.
    fs::remove_file(news.path("stick/n-2.zip")).unwrap();
    fs::remove_file(news.path("stick/n-3.zip")).unwrap();
    fs::rename(news.path("stick/n-1.zip"), news.path("stick/deep/x")).unwrap();
    fs::write(news.path("stick/note.txt"), "hello").unwrap();
    fs::write(
        news.path("stick/song.mp3"),
        b"ID3\x04\x00\x00\x00\x00\x00\x00 no song",
    )
    .unwrap();
    let told = news.receive(&[&news.path("stick")], "inbox", 0);
    assert_eq!(events(&told, "recording").count() as u64, needed + 2);
    assert_eq!(events(&told, "status").next().unwrap()["complete"], true);
    // Whole files, and what is not there.
    news.send("one.sky", &[]);
    let inputs = [news.path("missing.sky"), news.path("one.sky")];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let told = news.receive(&inputs, "two", 0);
    assert_eq!(events(&told, "problem").count(), 1);
    news.receive(&[&news.path("missing.sky")], "three", 1);
    news.send("folder", &["--folder"]);
    news.receive(&[&news.path("folder")], "four", 0);
    assert_eq!(news.objects("four"), news.objects("two"));
    let told = run(
        &[
            "receive",
            "--json",
            &news.path("folder"),
            "-i",
            &news.path("nobody"),
        ],
        3,
    );
    assert_eq!(events(&told, "heard").count(), 1);
}

#[test]
fn what_does_not_fit_on_a_disk_leaves_nothing_and_sync_says_what_fits() {
    let news = Newsroom::new(8, 400_000);
    news.send("one.sky", &[]);
    news.receive(&[&news.path("one.sky")], "inbox", 0);
    let disk = news.path("disk");
    fs::create_dir(&disk).unwrap();
    // A disk of two megabytes, which is there only for what runs in the same namespace.
    let script = r#"
        mount -t tmpfs -o size=2m none "$DISK" || exit 99
        "$SKYWAVE" send file --json -s "$ST" -o "$DISK/n.sky"; echo "status $?"
        "$SKYWAVE" send file --json -s "$ST" -o "$DISK/n.sky" --size 300k; echo "status $?"
        ls -A "$DISK" | wc -l
        "$SKYWAVE" sync --json "$INBOX" "$DISK/stick" --dry-run; echo "status $?"
        "$SKYWAVE" sync --json "$INBOX" "$DISK/stick"; echo "status $?"
        "$SKYWAVE" sync --json "$INBOX" "$DISK/stick"; echo "status $?"
        "$SKYWAVE" status --json -i "$DISK/stick" >/dev/null; echo "status $?"
        mkdir "$DISK/stick2"; cp "$INBOX/trust" "$DISK/stick/"
        "$SKYWAVE" read -i "$DISK/stick" --out "$OUT" >/dev/null; echo "status $?"
    "#;
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .env("DISK", &disk)
        .env("SKYWAVE", env!("CARGO_BIN_EXE_skywave"))
        .env("ST", news.path("st"))
        .env("INBOX", news.path("inbox"))
        .env("OUT", news.path("site"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_ne!(
        output.status.code(),
        Some(99),
        "no tmpfs in a namespace: {output:?}"
    );
    let statuses: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("status"))
        .collect();
    let of = |n: usize| statuses[n].trim_start_matches("status ");
    assert_eq!([of(0), of(1)], ["1", "1"], "{text}");
    assert!(
        text.contains("No space left on device") && text.contains("Nothing of it was kept"),
        "{text}"
    );
    assert!(
        text.lines().any(|line| line.trim() == "0"),
        "something was left: {text}"
    );
    let synced: Vec<serde_json::Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &serde_json::Value| {
            line["event"] == "synced" && line["from"] == news.path("inbox").as_str()
        })
        .collect();
    let [dry, first, second] = synced.as_slice() else {
        panic!("{text}")
    };
    assert_eq!([of(2), of(3), of(4)], ["4", "4", "4"], "{text}");
    assert_eq!(dry["objects"], first["objects"], "the dry run was right");
    assert!(
        first["objects"].as_u64() > Some(4) && second["objects"] == 0,
        "{text}"
    );
    assert_eq!(first["left"]["front"]["objects"], 0);
    assert_eq!(first["left"]["text"]["objects"], 0);
    assert!(
        first["left"]["media"]["objects"].as_u64() >= Some(3),
        "{text}"
    );
    // Front and text are there and can be read.
    assert!(
        fs::read_to_string(news.path("site/index.html"))
            .unwrap()
            .contains("paper")
    );
}

/// A copy of an inbox.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                fs::copy(entry.path(), &target).unwrap();
            }
        }
    }
}

#[test]
fn a_sync_that_is_killed_goes_on_where_it_was() {
    let news = Newsroom::new(6, 300_000);
    news.send("one.sky", &[]);
    let file = fs::read(news.path("one.sky")).unwrap();
    fs::write(news.path("first.sky"), &file[..file.len() / 2]).unwrap();
    fs::write(news.path("second.sky"), &file[file.len() / 3..]).unwrap();
    news.receive(&[&news.path("first.sky")], "left", 4);
    news.receive(&[&news.path("second.sky")], "right", 4);
    news.receive(&[&news.path("one.sky")], "whole", 0);
    let want = news.objects("whole");
    // Killed when so much has been told, and in the middle of the file that is longer than so many
    // blocks of 512 bytes: the system kills whoever writes beyond.
    for (told, blocks) in [(1, 0), (3, 0), (5, 0), (9, 1), (9, 40), (9, 300), (9, 500)] {
        let (a, b) = (news.path("a"), news.path("b"));
        for (from, to) in [("left", &a), ("right", &b)] {
            let _ = fs::remove_dir_all(to);
            copy(Path::new(&news.path(from)), Path::new(to));
        }
        let limit = match blocks {
            0 => "unlimited".to_owned(),
            blocks => blocks.to_string(),
        };
        let script = r#"ulimit -f "$LIMIT"; ulimit -c 0; exec "$SKYWAVE" sync --json "$A" "$B""#;
        let mut child = Command::new("sh")
            .args(["-c", script])
            .envs([
                ("LIMIT", limit.as_str()),
                ("A", a.as_str()),
                ("B", b.as_str()),
            ])
            .env("SKYWAVE", env!("CARGO_BIN_EXE_skywave"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let _ = out.lines().map_while(Result::ok).take(told).count();
        child.kill().unwrap();
        child.wait().unwrap();
        // Whatever has a name is what its name says.
        news.objects("a");
        news.objects("b");
        run(&["sync", "--json", &a, &b], 0);
        assert_eq!(news.objects("a"), want, "killed at {told}, {blocks}");
        assert_eq!(news.objects("b"), want, "killed at {told}, {blocks}");
        let again = run(&["sync", "--json", &a, &b], 0);
        let moved: u64 = events(&again, "synced")
            .map(|e| e["objects"].as_u64().unwrap())
            .sum();
        assert_eq!(moved, 0);
    }
}

#[test]
fn arguments_that_make_no_sense_are_told() {
    let news = Newsroom::new(1, 1_000);
    let (st, out) = (news.path("st"), news.path("x.sky"));
    let base = ["send", "file", "-s", &st, "-o", &out];
    for (words, status) in [
        (&["--size", "5X"][..], 2),
        (&["--size", "16M", "--folder"], 2),
        (&["--spare", "1"], 1),
        (&["--systematic"], 2),
        (&["--size", "100"], 1),
        (&["-e", "9"], 1),
    ] {
        let output = skywave(&[&base[..], words].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        let fits = output.status.code() == Some(status) || words == ["--size", "100"];
        assert!(fits, "{words:?}: {stderr}");
    }
    let output = skywave(&["send", "file", "-s", &st, "-o", &news.path("")]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("give a name in it"));
    let output = skywave(&["sync", &news.path("p"), &news.path("q")]);
    assert_eq!(output.status.code(), Some(1));
    let output = skywave(&["receive", "http:///", "-i", &news.path("i")]);
    assert_eq!(output.status.code(), Some(1));
}
