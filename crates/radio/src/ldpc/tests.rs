//! The encoder and the decoder against slow, obvious ones.

use channel::{Prng, Seed};

use super::graph::{CORE_ROWS, set_index};
use super::{BaseGraph, Code, Decoder, Error};

/// Every parity equation of the whole graph, written out: the bits that each is the sum of. The
/// standard's text, §5.3.2: an entry V of the base graph is the identity rotated to the right V
/// mod Z times, so check z has its 1 at (z + V) mod Z.
fn equations(graph: BaseGraph, lifting: u16) -> Vec<Vec<usize>> {
    let z = usize::from(lifting);
    let set = set_index(lifting).unwrap();
    let mut equations = vec![Vec::new(); graph.rows() * z];
    for (row, column, shifts) in graph.entries() {
        for check in 0..z {
            let bit = (check + usize::from(shifts[set])) % z;
            equations[usize::from(*row) * z + check].push(usize::from(*column) * z + bit);
        }
    }
    equations
}

fn random_info(code: &Code, prng: &mut Prng) -> Vec<u8> {
    let mut info: Vec<u8> = (0..code.info_bytes()).map(|_| prng.bits() as u8).collect();
    if let (Some(last), rest @ 1..) = (info.last_mut(), code.info_bits() % 8) {
        *last &= !(0xFF >> rest);
    }
    info
}

/// Two standard normal values (Box and Muller).
fn normal(prng: &mut Prng) -> [f64; 2] {
    let radius = (-2.0 * (1.0 - prng.unit()).ln()).sqrt();
    let (sin, cos) = (core::f64::consts::TAU * prng.unit()).sin_cos();
    [radius * cos, radius * sin]
}

/// Flooding sum-product with tanh, in `f64`, on the equations as written: the bits' beliefs.
fn reference_decode(equations: &[Vec<usize>], channel: &[f64], iterations: u32) -> Vec<f64> {
    let mut said: Vec<Vec<f64>> = equations.iter().map(|e| vec![0.0; e.len()]).collect();
    let mut beliefs = channel.to_vec();
    for _ in 0..iterations {
        let mut next = channel.to_vec();
        for (bits, said) in equations.iter().zip(&mut said) {
            let tanh: Vec<f64> = bits
                .iter()
                .zip(said.iter())
                .map(|(&bit, said)| ((beliefs[bit] - said) / 2.0).tanh())
                .collect();
            for (at, &bit) in bits.iter().enumerate() {
                let product: f64 = (0..bits.len())
                    .filter(|&i| i != at)
                    .map(|i| tanh[i])
                    .product();
                said[at] = 2.0 * product.clamp(-0.999_999_999, 0.999_999_999).atanh();
                next[bit] += said[at];
            }
        }
        beliefs = next;
    }
    beliefs
}

/// Every lifting size of both graphs, whole and shortened: the coded bits are a solution of every
/// equation. The bits that are not sent are read off the information.
#[test]
fn encoded_words_satisfy_every_equation() {
    let mut prng = Prng::new(Seed(1));
    for graph in [BaseGraph::One, BaseGraph::Two] {
        for lifting in (0..=384).filter(|&z| set_index(z).is_some()) {
            let z = usize::from(lifting);
            let most = graph.info_columns() * z;
            for info_bits in [most, most - 1, most - z, 3 * z - 1] {
                let systematic = info_bits - 2 * z;
                let code =
                    Code::new(graph, lifting, info_bits, systematic + graph.rows() * z).unwrap();
                let info = random_info(&code, &mut prng);
                let mut coded = Vec::new();
                code.encode(&info, &mut coded).unwrap();
                let mut word: Vec<u8> = (0..info_bits)
                    .map(|at| info[at / 8] >> (7 - at % 8) & 1)
                    .collect();
                assert_eq!(word[2 * z..], coded[..systematic]);
                word.resize(most, 0);
                word.extend(&coded[systematic..]);
                for (number, bits) in equations(graph, lifting).iter().enumerate() {
                    let sum = bits.iter().fold(0, |sum, &bit| sum ^ word[bit]);
                    assert_eq!(sum, 0, "{graph:?} {lifting} {info_bits}: equation {number}");
                }
                // A shorter code sends the same bits, as far as it goes.
                let fewer = info_bits + (code.coded_bits() - info_bits) / 3;
                let short = Code::new(graph, lifting, info_bits, fewer).unwrap();
                let mut first = Vec::new();
                short.encode(&info, &mut first).unwrap();
                assert_eq!(first, coded[..fewer]);
            }
        }
    }
}

/// Frames near the threshold, where about half fail: the fast decoder decodes as many as the
/// reference, within what chance allows.
#[test]
fn decodes_what_the_reference_decodes() {
    for (graph, lifting, info_bits, coded_bits, es_n0_db) in [
        (BaseGraph::One, 16, 350, 700, -1.7),
        (BaseGraph::Two, 26, 250, 1000, -5.6),
    ] {
        let code = Code::new(graph, lifting, info_bits, coded_bits).unwrap();
        let mut decoder = Decoder::new(&code);
        let equations = equations(graph, lifting);
        let (mut prng, mut coded) = (Prng::new(Seed(2)), Vec::new());
        let es_n0 = 10_f64.powf(es_n0_db / 10.0);
        let (mut fast, mut slow) = (0, 0);
        const FRAMES: u32 = 60;
        for _ in 0..FRAMES {
            let info = random_info(&code, &mut prng);
            code.encode(&info, &mut coded).unwrap();
            let llr: Vec<f64> = coded
                .iter()
                .map(|&bit| {
                    let sent = if bit == 0 { 1.0 } else { -1.0 };
                    4.0 * es_n0 * (sent + normal(&mut prng)[0] * (0.5 / es_n0).sqrt())
                })
                .collect();
            let z = usize::from(lifting);
            let systematic = info_bits - 2 * z;
            let mut channel = vec![0.0; (graph.info_columns() + graph.rows()) * z];
            channel[2 * z..info_bits].copy_from_slice(&llr[..systematic]);
            channel[info_bits..graph.info_columns() * z].fill(40.0);
            channel[graph.info_columns() * z..][..coded_bits - systematic]
                .copy_from_slice(&llr[systematic..]);
            let beliefs = reference_decode(&equations, &channel, 50);
            slow += u32::from(
                (0..info_bits)
                    .all(|at| (beliefs[at] < 0.0) == (info[at / 8] >> (7 - at % 8) & 1 == 1)),
            );
            let llr: Vec<f32> = llr.iter().map(|&llr| llr as f32).collect();
            fast += u32::from(decoder.decode(&llr, 50).is_some_and(|d| d.info == info));
        }
        assert!(
            (FRAMES / 10..FRAMES).contains(&slow),
            "{slow} of {FRAMES}: a test of nothing"
        );
        assert!(fast + 3 >= slow, "{fast} of {FRAMES}, the reference {slow}");
    }
}

#[test]
fn only_rows_with_something_sent_take_part() {
    let code = |bits| {
        Code::new(BaseGraph::Two, 10, 100, bits)
            .unwrap()
            .rows()
            .len()
    };
    assert_eq!(code(100), CORE_ROWS);
    assert_eq!(code(80 + 40), CORE_ROWS);
    assert_eq!(code(80 + 41), 5);
    assert_eq!(code(80 + 420), 42);
}

#[test]
fn impossible_codes_are_refused() {
    let new = |z, k, n| Code::new(BaseGraph::Two, z, k, n).map(|_| ());
    assert_eq!(new(17, 100, 200), Err(Error::Lifting { lifting: 17 }));
    assert_eq!(
        new(10, 0, 200),
        Err(Error::InfoBits {
            info_bits: 0,
            most: 100
        })
    );
    assert_eq!(
        new(10, 101, 200),
        Err(Error::InfoBits {
            info_bits: 101,
            most: 100
        })
    );
    let refused = |coded_bits| {
        Err(Error::CodedBits {
            coded_bits,
            least: 90,
            most: 490,
        })
    };
    assert_eq!(new(10, 90, 89), refused(89));
    assert_eq!(new(10, 90, 491), refused(491));
    assert_eq!(new(10, 90, 490), Ok(()));
    let code = Code::new(BaseGraph::Two, 10, 90, 180).unwrap();
    let refused = Err(Error::InfoBytes {
        found: 11,
        expected: 12,
    });
    assert_eq!(code.encode(&[0; 11], &mut Vec::new()), refused);
}
