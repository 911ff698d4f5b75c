//! The FDT Instance (RFC 6726 §3.4.2): which objects there are, for receivers that know no heads and
//! indexes.

use crate::xml::push_attribute;
use crate::{Ntp, UdpError};

/// The most bytes of an FDT Instance as it is sent: what `flute-receiver` 1.11 takes.
pub const MAX_FDT_BYTES: usize = 1 << 20;
/// The most files of an FDT Instance here, so that even without compression it has room: a file takes
/// at most 230 bytes. More are told of in further instances.
pub const MAX_FDT_FILES: usize = 4_000;

/// N, sub-blocks, and Al, alignment, of all objects (`docs/format-packets.md`).
const SUB_BLOCKS: u16 = 1;
const ALIGNMENT: u8 = 8;

/// An object as the FDT has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FdtFile {
    /// Content-Location: the name that its file gets.
    pub location: String,
    /// TOI: the first 8 bytes of its hash, not all zero.
    pub object: [u8; 8],
    /// F, its length in bytes: Transfer-Length (RFC 6726 §3.4.2).
    pub transfer_length: u64,
    /// T, its symbol size in bytes.
    pub symbol_bytes: u16,
    /// Z, its number of source blocks.
    pub blocks: u8,
}

/// An FDT Instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FdtInstance {
    /// Until when it counts: only whole seconds do.
    pub expires: Ntp,
    /// The objects, at most [`MAX_FDT_FILES`].
    pub files: Vec<FdtFile>,
}

impl FdtInstance {
    /// The XML document.
    ///
    /// # Errors
    ///
    /// [`UdpError::ZeroToi`]; [`UdpError::FdtLength`] over [`MAX_FDT_BYTES`].
    pub fn to_xml(&self) -> Result<String, UdpError> {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.push_str("<FDT-Instance xmlns=\"urn:ietf:params:xml:ns:fdt\"");
        number(&mut xml, "Expires", u64::from(self.expires.seconds()));
        number(
            &mut xml,
            "FEC-OTI-FEC-Encoding-ID",
            u64::from(crate::datagram::RAPTORQ),
        );
        xml.push_str(">\n");
        for file in &self.files {
            if file.object == [0; 8] {
                return Err(UdpError::ZeroToi);
            }
            xml.push_str("<File Content-Location=\"");
            push_attribute(&file.location, &mut xml);
            xml.push('"');
            number(&mut xml, "TOI", u64::from_be_bytes(file.object));
            number(&mut xml, "Transfer-Length", file.transfer_length);
            let symbol = u64::from(file.symbol_bytes);
            number(&mut xml, "FEC-OTI-Encoding-Symbol-Length", symbol);
            xml.push_str(" FEC-OTI-Scheme-Specific-Info=\"");
            xml.push_str(&scheme_specific(file.blocks));
            xml.push_str("\"/>\n");
        }
        xml.push_str("</FDT-Instance>\n");
        match xml.len() {
            bytes if bytes > MAX_FDT_BYTES => Err(UdpError::FdtLength {
                bytes,
                max: MAX_FDT_BYTES,
            }),
            _ => Ok(xml),
        }
    }
}

fn number(xml: &mut String, name: &str, value: u64) {
    xml.push(' ');
    xml.push_str(name);
    xml.push_str("=\"");
    xml.push_str(&value.to_string());
    xml.push('"');
}

/// Z, N and Al as base64 (RFC 6330 §3.3.3, RFC 6726 §3.4.2).
fn scheme_specific(blocks: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let [high, low] = SUB_BLOCKS.to_be_bytes();
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let three = u32::from_be_bytes([0, blocks, high, low]);
    let one = u32::from(ALIGNMENT) << 4;
    let mut text: String = [18, 12, 6, 0].map(|by| digit(three >> by)).iter().collect();
    text.extend([digit(one >> 6), digit(one), '=', '=']);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_specific_info_is_base64() {
        // As `printf '\x03\x00\x01\x08' | base64` has it.
        assert_eq!(scheme_specific(3), "AwABCA==");
        assert_eq!(scheme_specific(255), "/wABCA==");
    }

    #[test]
    fn an_instance_of_most_files_has_room() {
        let file = |n: u64| FdtFile {
            location: "f".repeat(64),
            object: (u64::MAX - n).to_be_bytes(),
            transfer_length: 1 << 40,
            symbol_bytes: 1_256,
            blocks: 255,
        };
        let instance = FdtInstance {
            expires: Ntp::from_unix(2_000_000_000, 0),
            files: (0..MAX_FDT_FILES as u64).map(file).collect(),
        };
        assert!(instance.to_xml().unwrap().len() < MAX_FDT_BYTES);
        let longer = FdtInstance {
            files: vec![
                FdtFile {
                    location: "\"".repeat(1 << 18),
                    ..file(0)
                };
                2
            ],
            ..instance
        };
        assert!(matches!(longer.to_xml(), Err(UdpError::FdtLength { .. })));
    }
}
