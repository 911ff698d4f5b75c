//! The tables that declare a service: PAT, PMT (ISO/IEC 13818-1 clause 2.4.4) and SDT of the actual
//! transport stream (EN 300 468 clause 5.2.3), as bytes of sections.

use crate::crc::crc32_mpeg2;
use crate::dvb_text;

pub(crate) const PAT_PID: u16 = 0x0000;
pub(crate) const SDT_PID: u16 = 0x0011;
pub(crate) const PAT_TABLE: u8 = 0x00;
pub(crate) const PMT_TABLE: u8 = 0x02;
pub(crate) const SDT_ACTUAL_TABLE: u8 = 0x42;

/// stream_type values (ISO/IEC 13818-1 table 2-34).
pub(crate) mod stream_type {
    pub(crate) const MPEG2_VIDEO: u8 = 0x02;
    pub(crate) const MPEG1_AUDIO: u8 = 0x03;
    pub(crate) const PRIVATE_PES: u8 = 0x06;
    pub(crate) const H264: u8 = 0x1B;
}

/// data_broadcast_id of asynchronous data streams (EN 301 192 clause 5.2.1, ETSI TS 101 162).
const ASYNCHRONOUS_DATA: u16 = 0x0002;

/// One entry of the PMT's second loop.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) stream_type: u8,
    pub(crate) pid: u16,
    pub(crate) descriptors: Vec<u8>,
}

/// A private-syntax-free section with its header and CRC (ISO/IEC 13818-1 clause 2.4.4.1).
fn section(
    table: u8,
    extension: u16,
    version: u8,
    reserved_future_use: bool,
    body: &[u8],
) -> Vec<u8> {
    let length = body.len() + 9;
    let flags = if reserved_future_use { 0xF0 } else { 0xB0 };
    let mut out = vec![table, flags | (length >> 8) as u8, length as u8];
    out.extend_from_slice(&extension.to_be_bytes());
    out.extend_from_slice(&[0xC1 | (version & 0x1F) << 1, 0, 0]);
    out.extend_from_slice(body);
    out.extend_from_slice(&crc32_mpeg2(&out).to_be_bytes());
    out
}

fn pid_field(pid: u16, out: &mut Vec<u8>) {
    out.extend_from_slice(&(0xE000 | pid).to_be_bytes());
}

fn length_field(length: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(0xF000 | length as u16).to_be_bytes());
}

/// Program association section: one program, no network PID.
pub(crate) fn pat(ts_id: u16, version: u8, service_id: u16, pmt_pid: u16) -> Vec<u8> {
    let mut body = service_id.to_be_bytes().to_vec();
    pid_field(pmt_pid, &mut body);
    section(PAT_TABLE, ts_id, version, false, &body)
}

/// Program map section.
pub(crate) fn pmt(service_id: u16, version: u8, pcr_pid: u16, components: &[Component]) -> Vec<u8> {
    let mut body = Vec::new();
    pid_field(pcr_pid, &mut body);
    length_field(0, &mut body);
    for component in components {
        body.push(component.stream_type);
        pid_field(component.pid, &mut body);
        length_field(component.descriptors.len(), &mut body);
        body.extend_from_slice(&component.descriptors);
    }
    section(PMT_TABLE, service_id, version, false, &body)
}

/// What the SDT says of the one service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceEntry<'a> {
    pub(crate) ts_id: u16,
    pub(crate) network_id: u16,
    pub(crate) service_id: u16,
    pub(crate) service_type: u8,
    pub(crate) provider: &'a str,
    pub(crate) name: &'a str,
    /// component_tag of an asynchronous data stream, if there is one.
    pub(crate) data_component: Option<u8>,
}

/// Service description section of the actual transport stream: running, not scrambled, no EIT.
pub(crate) fn sdt(entry: &ServiceEntry<'_>, version: u8) -> Vec<u8> {
    let (provider, name) = (
        dvb_text::encode(entry.provider),
        dvb_text::encode(entry.name),
    );
    let mut body = vec![entry.service_type, provider.len() as u8];
    body.extend_from_slice(&provider);
    body.push(name.len() as u8);
    body.extend_from_slice(&name);
    let mut loop_bytes = descriptor(0x48, &body);
    if let Some(tag) = entry.data_component {
        loop_bytes.extend(data_broadcast(tag));
    }
    let mut body = entry.network_id.to_be_bytes().to_vec();
    body.push(0xFF);
    body.extend_from_slice(&entry.service_id.to_be_bytes());
    body.push(0xFC);
    body.extend_from_slice(&(0x8000 | loop_bytes.len() as u16).to_be_bytes());
    body.extend_from_slice(&loop_bytes);
    section(SDT_ACTUAL_TABLE, entry.ts_id, version, true, &body)
}

/// A descriptor: tag, length, body.
pub(crate) fn descriptor(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag, body.len() as u8];
    out.extend_from_slice(body);
    out
}

/// stream_identifier_descriptor (EN 300 468 clause 6.2.39).
pub(crate) fn stream_identifier(component_tag: u8) -> Vec<u8> {
    descriptor(0x52, &[component_tag])
}

/// data_broadcast_id_descriptor in the PMT (EN 300 468 clause 6.2.12).
pub(crate) fn data_broadcast_id() -> Vec<u8> {
    descriptor(0x66, &ASYNCHRONOUS_DATA.to_be_bytes())
}

/// data_broadcast_descriptor in the SDT (EN 300 468 clause 6.2.11; EN 301 192 clause 5.2.1: no
/// selector bytes), without text.
fn data_broadcast(component_tag: u8) -> Vec<u8> {
    let [high, low] = ASYNCHRONOUS_DATA.to_be_bytes();
    descriptor(0x64, &[high, low, component_tag, 0, b'e', b'n', b'g', 0])
}

/// ISO_639_language_descriptor (ISO/IEC 13818-1 clause 2.6.18), audio_type undefined.
pub(crate) fn language(code: [u8; 3]) -> Vec<u8> {
    descriptor(0x0A, &[code[0], code[1], code[2], 0])
}

/// teletext_descriptor (EN 300 468 clause 6.2.43): an additional information page, number 8FE,
/// which no remote control can ask for.
pub(crate) fn teletext(code: [u8; 3]) -> Vec<u8> {
    descriptor(0x56, &[code[0], code[1], code[2], 3 << 3, 0xFE])
}

/// subtitling_descriptor (EN 300 468 clause 6.2.41): type 0x10, no aspect ratio.
pub(crate) fn subtitling(code: [u8; 3], page: u16) -> Vec<u8> {
    let [high, low] = page.to_be_bytes();
    descriptor(
        0x59,
        &[code[0], code[1], code[2], 0x10, high, low, high, low],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_a_crc_and_a_true_length() {
        let component = Component {
            stream_type: 6,
            pid: 0x321,
            descriptors: stream_identifier(1),
        };
        let entry = ServiceEntry {
            ts_id: 1,
            network_id: 2,
            service_id: 3,
            service_type: 0x0C,
            provider: "p",
            name: "نام",
            data_component: Some(1),
        };
        for section in [
            pat(1, 0, 3, 0x100),
            pmt(3, 31, 0x1FFF, &[component]),
            sdt(&entry, 4),
        ] {
            assert_eq!(crc32_mpeg2(&section), 0);
            let length = u16::from_be_bytes([section[1] & 0x0F, section[2]]);
            assert_eq!(usize::from(length) + 3, section.len());
        }
    }
}
