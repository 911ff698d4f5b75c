//! The mixed edition of the marks, and a listener.

use fountain::{
    Arrival, BlockState, CarouselObject, DEFAULT_MAX_BLOCK, MAX_SYMBOL_BYTES, Oti,
    RUN_HEADER_BYTES, Rate, Sender, Slice, Slot, decode_block,
};

/// Packets of bulk and repeats between two of the same place in front and text: a fourteenth of a
/// lap, so that a tenth of the time at 20 % loss is two periods.
const PERIOD: u32 = 78_500 / 14;

pub(crate) fn primary() -> Sender {
    let slice = Slice::new(0, 16).unwrap();
    Sender {
        slice,
        primary: true,
    }
}

/// 300 pictures of 60 kB, 20 objects of 1 MB, 3 of 20 MB, 200 kB of front and text.
pub(crate) fn mixed() -> Vec<CarouselObject> {
    let object = |bytes, symbol, rate| CarouselObject {
        oti: Oti::for_size(bytes, symbol, DEFAULT_MAX_BLOCK).unwrap(),
        rate,
        sent: Vec::new(),
    };
    let repeated = Rate::Repeated { period: PERIOD };
    let mut objects = vec![object(20_000, 312, repeated)];
    objects.extend((0..3).map(|_| object(60_000, MAX_SYMBOL_BYTES, repeated)));
    for (count, bytes) in [(300, 60_000), (20, 1_000_000), (3, 20_000_000)] {
        objects.extend((0..count).map(|_| object(bytes, MAX_SYMBOL_BYTES, Rate::Bulk(1.0))));
    }
    objects
}

pub(crate) fn is_repeated(object: &CarouselObject) -> bool {
    matches!(object.rate, Rate::Repeated { .. })
}

pub(crate) fn size(objects: &[CarouselObject]) -> f64 {
    objects.iter().map(|o| o.oti.transfer_length()).sum::<u64>() as f64
}

pub(crate) fn packet_bytes(objects: &[CarouselObject], slot: &Slot) -> f64 {
    let symbol = u32::from(objects[slot.object].oti.symbol_size());
    f64::from(RUN_HEADER_BYTES as u32 + slot.count * symbol)
}

/// Blocks from so many symbols on count as decoded at K + 2, when 999,999 of a million are; two
/// symbols more or less are nothing to them, and their decoding is most of the work.
const COUNTED: u32 = 5000;

/// Tries to decode for real, with symbols of 8 zero bytes: whether it works depends on the ESIs
/// alone.
pub(crate) struct Listener {
    small: Vec<Oti>,
    blocks: Vec<Vec<Option<BlockState>>>,
    open_bulk: usize,
    open_repeated: usize,
    repeated: Vec<bool>,
}

impl Listener {
    pub(crate) fn new(objects: &[CarouselObject]) -> Self {
        let small = |o: &CarouselObject| {
            let symbols = u64::from(o.oti.total_symbols());
            Oti::new(symbols * 8, 8, o.oti.blocks()).unwrap()
        };
        let small: Vec<Oti> = objects.iter().map(small).collect();
        let states = |oti: &Oti| {
            oti.iter_blocks()
                .map(|b| Some(BlockState::new(&b)))
                .collect()
        };
        let open = |want| {
            let of_kind = objects.iter().filter(move |o| is_repeated(o) == want);
            of_kind.map(|o| usize::from(o.oti.blocks())).sum()
        };
        Self {
            blocks: small.iter().map(states).collect(),
            open_bulk: open(false),
            open_repeated: open(true),
            repeated: objects.iter().map(is_repeated).collect(),
            small,
        }
    }

    pub(crate) fn hear(&mut self, slot: &Slot) {
        let place = &mut self.blocks[slot.object][usize::from(slot.sbn)];
        let Some(mut state) = place.take() else {
            return;
        };
        for esi in slot.esi..slot.esi + slot.count {
            assert_eq!(state.insert(esi), Arrival::New);
        }
        let counted = state.source_symbols() >= COUNTED;
        if !state.ready() || counted && state.distinct() < state.source_symbols() + 2 {
            *place = Some(state);
            return;
        }
        let symbols = state
            .iter_source()
            .chain(state.iter_repair())
            .map(|esi| (esi, vec![0; 8]));
        if !state.has_all_source()
            && !counted
            && decode_block(&self.small[slot.object], slot.sbn, symbols).is_none()
        {
            state.failed();
            *place = Some(state);
            return;
        }
        match self.repeated[slot.object] {
            true => self.open_repeated -= 1,
            false => self.open_bulk -= 1,
        }
    }

    /// Whether a block of the object still lacks symbols.
    pub(crate) fn wants(&self, object: usize) -> bool {
        self.blocks[object].iter().any(Option::is_some)
    }

    /// Whether all front and text is there.
    pub(crate) fn has_repeated(&self) -> bool {
        self.open_repeated == 0
    }

    pub(crate) fn has_all(&self) -> bool {
        self.open_repeated == 0 && self.open_bulk == 0
    }
}
