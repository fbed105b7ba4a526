//! What a file is, by its content and never by its name alone.

use super::fault::FileFault;
use super::sheet::Format;

/// Tells the format, or what the file is instead.
///
/// # Errors
/// [`FileFault::NotASheet`], [`FileFault::Password`], [`FileFault::Empty`].
pub fn sniff(name: &str, bytes: &[u8]) -> Result<Format, FileFault> {
    let not = |is| Err(FileFault::NotASheet { is });
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FileFault::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zipped(bytes);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return compound(name, bytes);
    }
    if bytes.starts_with(b"%PDF") {
        return not("pdf");
    }
    let pictures: [&[u8]; 5] = [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0"];
    if pictures.iter().any(|mark| bytes.starts_with(mark)) && bytes.contains(&0) {
        return not("picture");
    }
    let head: Vec<u8> = bytes
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || *byte >= 0x80)
        .take(16)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    if head.starts_with(b"<html") || head.starts_with(b"<!doctype") || head.starts_with(b"<?xml") {
        return not("html");
    }
    if head.starts_with(b"{\\rtf") {
        return not("word");
    }
    if bytes.contains(&0) {
        return not("unknown");
    }
    Ok(Format::Csv)
}

fn zipped(bytes: &[u8]) -> Result<Format, FileFault> {
    let not = |is| Err(FileFault::NotASheet { is });
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| FileFault::Damaged {
        detail: error.to_string(),
    })?;
    let mut is = "zip";
    for name in archive.file_names() {
        let name = name.replace('\\', "/");
        match name.as_str() {
            "xl/workbook.bin" => return not("xlsb"),
            "xl/workbook.xml" => return Ok(Format::Xlsx),
            "content.xml" => is = "ods",
            _ if name.starts_with("word/") => is = "word",
            _ => {}
        }
    }
    not(is)
}

/// Compound files tell their streams by UTF-16 names in the directory.
fn compound(name: &str, bytes: &[u8]) -> Result<Format, FileFault> {
    let holds = |stream: &str| {
        let wide: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if holds("EncryptedPackage") {
        return Err(FileFault::Password);
    }
    if holds("WordDocument") {
        return Err(FileFault::NotASheet { is: "word" });
    }
    if name.to_lowercase().ends_with(".et") {
        return Err(FileFault::NotASheet { is: "et" });
    }
    if holds("Workbook") || holds("Book") {
        return Ok(Format::Xls);
    }
    Err(FileFault::NotASheet { is: "unknown" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d41_what_is_no_list_is_named() {
        let is = |bytes: &[u8]| match sniff("清单.xlsx", bytes) {
            Err(FileFault::NotASheet { is }) => is,
            other => panic!("{other:?}"),
        };
        assert_eq!(is(b"%PDF-1.7\n"), "pdf");
        assert_eq!(is(b"\xff\xd8\xff\xe0\0\x10JFIF"), "picture");
        assert_eq!(is(b"{\\rtf1 "), "word");
        assert_eq!(is(b"<html><table>"), "html");
        assert_eq!(is(b"a\0b"), "unknown");
        assert_eq!(sniff("x.csv", b" \r\n"), Err(FileFault::Empty));
        assert_eq!(sniff("x.xls", "单位,数量".as_bytes()), Ok(Format::Csv));
    }

    #[test]
    fn d39_a_password_is_seen_before_reading() {
        let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(sniff("a.xlsx", &bytes), Err(FileFault::Password));
    }
}
