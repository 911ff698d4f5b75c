//! The binary decisions that make up a symbol: a tree over the 256 symbols.

/// A walk through the tree begins here.
pub(crate) const ROOT: usize = 0;

/// A child that is a symbol, not a node.
const LEAF: u16 = 256;

/// What a decision leads to.
pub(crate) enum Step {
    /// The next decision.
    Node(usize),
    /// The symbol is known.
    Symbol(u8),
}

/// A binary tree with the symbols, in order, as its leaves.
#[derive(Clone)]
pub(crate) struct Tree {
    children: [[u16; 2]; 256],
    /// The decisions that lead to each symbol, the first in the highest bit.
    codes: [u32; 256],
}

impl Tree {
    /// A tree for symbols as frequent as these: each node halves the weight as well as the order
    /// of the symbols lets it.
    pub(crate) fn new(counts: &[u32; 256]) -> Self {
        let total: u64 = counts.iter().map(|&c| u64::from(c)).sum();
        let floor = 1 + total / 2048;
        let mut sums = [0u64; 257];
        for i in 0..256 {
            sums[i + 1] = sums[i] + u64::from(counts[i]) + floor;
        }
        let mut tree = Self {
            children: [[0; 2]; 256],
            codes: [0; 256],
        };
        let mut nodes = 0;
        tree.build(&sums, 0, 256, 0, 0, &mut nodes);
        tree
    }

    /// Makes the node for the symbols from `begin` to before `end`.
    fn build(
        &mut self,
        sums: &[u64; 257],
        begin: usize,
        end: usize,
        code: u32,
        depth: u32,
        nodes: &mut u16,
    ) -> u16 {
        if end - begin == 1 {
            self.codes[begin] = code;
            return LEAF + begin as u16;
        }
        let node = *nodes;
        *nodes += 1;
        let twice_middle = sums[begin] + sums[end];
        let mut cut = begin + 1;
        while cut + 1 < end
            && (2 * sums[cut + 1]).abs_diff(twice_middle) < (2 * sums[cut]).abs_diff(twice_middle)
        {
            cut += 1;
        }
        let bit = 0x8000_0000u32.checked_shr(depth).unwrap_or(0);
        let zero = self.build(sums, begin, cut, code, depth + 1, nodes);
        let one = self.build(sums, cut, end, code | bit, depth + 1, nodes);
        self.children[usize::from(node)] = [zero, one];
        node
    }

    /// The decisions that lead to a symbol, the first in the highest bit.
    #[inline]
    pub(crate) fn code(&self, symbol: u8) -> u32 {
        self.codes[usize::from(symbol)]
    }

    /// Where a decision leads.
    #[inline]
    pub(crate) fn step(&self, node: usize, bit: u32) -> Step {
        let child = self.children[node & 255][bit as usize & 1];
        if child < LEAF {
            Step::Node(usize::from(child))
        } else {
            Step::Symbol((child & 255) as u8)
        }
    }
}
