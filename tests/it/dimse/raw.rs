//! A sender that says what a test wants it to say, well formed or not.

use std::time::Duration;

use dicom_core::{DataElement, VR, dicom_value};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries::IMPLICIT_VR_LITTLE_ENDIAN;
use dicom_ul::association::{AsyncClientAssociation, ClientAssociationOptions};
use dicom_ul::pdu::{PDataValue, PDataValueType, Pdu};
use tokio::net::TcpStream;

use super::support::Vigie;

pub const CT: &str = "1.2.840.10008.5.1.4.1.1.2";
pub const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const CONTEXT: u8 = 1;
const PIECE: usize = 16_000;

pub struct Sender {
    pub association: AsyncClientAssociation<TcpStream>,
}

/// Opens an association for CT in explicit little endian.
pub async fn open(vigie: &Vigie) -> Result<Sender, dicom_ul::association::Error> {
    let association = ClientAssociationOptions::new()
        .calling_ae_title("VALMONT_CT")
        .called_ae_title("VIGIE")
        .with_presentation_context(CT, vec![EXPLICIT])
        .read_timeout(Duration::from_secs(30))
        .establish_async(vigie.address)
        .await?;
    Ok(Sender { association })
}

impl Sender {
    async fn send(&mut self, kind: PDataValueType, bytes: &[u8], is_last: bool) {
        let value =
            PDataValue { presentation_context_id: CONTEXT, value_type: kind, is_last, data: bytes.to_vec() };
        self.association.send(&Pdu::PData { data: vec![value] }).await.unwrap();
    }

    /// The command of a C-STORE of this instance.
    pub async fn command(&mut self, sop_instance: &str) {
        let command = InMemDicomObject::command_from_element_iter([
            DataElement::new(tags::AFFECTED_SOP_CLASS_UID, VR::UI, CT),
            DataElement::new(tags::COMMAND_FIELD, VR::US, dicom_value!(U16, [0x0001])),
            DataElement::new(tags::MESSAGE_ID, VR::US, dicom_value!(U16, [1])),
            DataElement::new(tags::PRIORITY, VR::US, dicom_value!(U16, [0])),
            DataElement::new(tags::COMMAND_DATA_SET_TYPE, VR::US, dicom_value!(U16, [0])),
            DataElement::new(tags::AFFECTED_SOP_INSTANCE_UID, VR::UI, sop_instance),
        ]);
        let mut bytes = Vec::new();
        command.write_dataset_with_ts(&mut bytes, &IMPLICIT_VR_LITTLE_ENDIAN.erased()).unwrap();
        self.send(PDataValueType::Command, &bytes, true).await;
    }

    /// Data set bytes that more will follow.
    pub async fn part(&mut self, bytes: &[u8]) {
        self.send(PDataValueType::Data, bytes, false).await;
    }

    /// A whole C-STORE; the status answered.
    pub async fn store(&mut self, sop_instance: &str, data_set: &[u8]) -> u16 {
        self.command(sop_instance).await;
        let mut pieces = data_set.chunks(PIECE).peekable();
        while let Some(piece) = pieces.next() {
            self.send(PDataValueType::Data, piece, pieces.peek().is_none()).await;
        }
        self.status().await
    }

    pub async fn status(&mut self) -> u16 {
        let Pdu::PData { data } = self.association.receive().await.unwrap() else { panic!("no answer") };
        let answer = InMemDicomObject::read_dataset_with_ts(
            data[0].data.as_slice(),
            &IMPLICIT_VR_LITTLE_ENDIAN.erased(),
        )
        .unwrap();
        answer.element(tags::STATUS).unwrap().to_int().unwrap()
    }
}

/// One element in explicit little endian.
pub fn element(group: u16, element: u16, vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut bytes = [group.to_le_bytes(), element.to_le_bytes()].concat();
    bytes.extend_from_slice(vr);
    match vr {
        b"OB" | b"OW" | b"SQ" | b"UN" | b"UC" => {
            bytes.extend_from_slice(&[0, 0]);
            bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
        }
        _ => bytes.extend_from_slice(&u16::try_from(value.len()).unwrap().to_le_bytes()),
    }
    bytes.extend_from_slice(value);
    bytes
}

fn uid(group: u16, tag: u16, uid: &str) -> Vec<u8> {
    let mut value = uid.as_bytes().to_vec();
    if value.len() % 2 == 1 {
        value.push(0);
    }
    element(group, tag, b"UI", &value)
}

/// The file of a data set in this transfer syntax.
pub fn file(transfer_syntax: &str, sop_instance: &str, data_set: &[u8]) -> Vec<u8> {
    let meta = dicom_object::FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(CT)
        .media_storage_sop_instance_uid(sop_instance)
        .transfer_syntax(transfer_syntax)
        .build()
        .unwrap();
    let mut file = vec![0; 128];
    file.extend_from_slice(b"DICM");
    meta.write(&mut file).unwrap();
    file.extend_from_slice(data_set);
    file
}

/// A slice whose pixels are one compressed frame of these bytes.
pub fn compressed(sop_instance: &str, study: &str, series: &str, frame: &[u8]) -> Vec<u8> {
    let native = slice(sop_instance, study, series, 0);
    let mut data_set = native[..native.len() - (12 + 128)].to_vec();
    data_set.extend_from_slice(&[0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    data_set.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
    data_set.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0]);
    data_set.extend_from_slice(&u32::try_from(frame.len()).unwrap().to_le_bytes());
    data_set.extend_from_slice(frame);
    data_set.extend_from_slice(&[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    data_set
}

/// A small CT slice of 8 × 8 pixels, all of this value.
pub fn slice(sop_instance: &str, study: &str, series: &str, pixel: u16) -> Vec<u8> {
    [
        uid(0x0008, 0x0016, CT),
        uid(0x0008, 0x0018, sop_instance),
        element(0x0008, 0x0060, b"CS", b"CT"),
        element(0x0010, 0x0010, b"PN", b"TEST^Person "),
        element(0x0010, 0x0020, b"LO", b"TEST-1"),
        uid(0x0020, 0x000D, study),
        uid(0x0020, 0x000E, series),
        element(0x0020, 0x0013, b"IS", b"1 "),
        element(0x0028, 0x0002, b"US", &1_u16.to_le_bytes()),
        element(0x0028, 0x0004, b"CS", b"MONOCHROME2 "),
        element(0x0028, 0x0010, b"US", &8_u16.to_le_bytes()),
        element(0x0028, 0x0011, b"US", &8_u16.to_le_bytes()),
        element(0x0028, 0x0100, b"US", &16_u16.to_le_bytes()),
        element(0x0028, 0x0101, b"US", &16_u16.to_le_bytes()),
        element(0x0028, 0x0102, b"US", &15_u16.to_le_bytes()),
        element(0x0028, 0x0103, b"US", &0_u16.to_le_bytes()),
        element(0x7FE0, 0x0010, b"OW", &pixel.to_le_bytes().repeat(64)),
    ]
    .concat()
}
