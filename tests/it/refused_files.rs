//! Files that are no lists: named for what they are, with what to do, and nothing of them is kept.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use gongjian_api::kernel::clock::{Clock, TestClock};
use gongjian_api::kernel::db::Db;
use gongjian_api::kernel::id::SystemIds;
use gongjian_tests::app::TestApp;
use gongjian_tests::census::census;
use reqwest::StatusCode;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const AS_LIST: &str = "请使用模板填写，或另存为 .xlsx、.xls、.csv 再上传。";
/// More than a workbook may unfold to.
const UNFOLDED: usize = (200 << 20) + 4321;

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A small file that unfolds to a great one.
fn bomb() -> Vec<u8> {
    let sheet = vec![b' '; UNFOLDED];
    zipped(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// The same, whose directory says that it is small.
fn lying(honest: &[u8]) -> Vec<u8> {
    let (told, lie) = (
        u32::try_from(UNFOLDED).unwrap().to_le_bytes(),
        1000_u32.to_le_bytes(),
    );
    let mut bytes = honest.to_vec();
    let mut lies = 0;
    for at in 0..bytes.len() - 3 {
        if bytes[at..at + 4] == told {
            bytes[at..at + 4].copy_from_slice(&lie);
            lies += 1;
        }
    }
    assert!(lies > 0, "the directory tells the size");
    bytes
}

/// A document of Word 97–2003: a compound file with its stream's name.
fn word() -> Vec<u8> {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.resize(512, 0);
    bytes.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

fn empty_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet();
    book.save_to_buffer().unwrap()
}

/// Name, bytes, what the page says of it and what to do.
type Case = (&'static str, Vec<u8>, &'static str, &'static str);

fn cases() -> Vec<Case> {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    let mut large = b"PK\x03\x04".to_vec();
    large.resize(30 << 20, b'x');
    let bomb = bomb();
    assert!(bomb.len() < 1 << 20, "a small file: {}", bomb.len());
    let again = "请另存为新的 .xlsx 再上传。";
    let unfolds = "文件展开后超过200 MiB，没有读取";
    vec![
        ("资源清单.xlsx", picture.to_vec(), "这是图片", AS_LIST),
        (
            "扫描.pdf",
            b"%PDF-1.7\n1 0 obj\n".to_vec(),
            "这是PDF文件",
            AS_LIST,
        ),
        ("通知.doc", word(), "这是Word文档", AS_LIST),
        (
            "通知.xlsx",
            zipped(&[("word/document.xml", b"<w/>")]),
            "这是Word文档",
            AS_LIST,
        ),
        (
            "空表.xlsx",
            empty_workbook(),
            "文件里没有内容",
            "请填写后再上传。",
        ),
        (
            "空.csv",
            b"\r\n \r\n".to_vec(),
            "文件里没有内容",
            "请填写后再上传。",
        ),
        (
            "大表.xlsx",
            large,
            "文件超过8 MiB",
            "请拆成几个文件，或删去图片后再上传。",
        ),
        ("炸弹一.xlsx", bomb.clone(), unfolds, again),
        ("炸弹二.xlsx", lying(&bomb), unfolds, again),
        (
            "断开.xlsx",
            b"PK\x03\x04 cut".to_vec(),
            "文件已损坏，无法读取",
            "请用表格软件打开，另存后再上传。",
        ),
    ]
}

#[tokio::test]
async fn what_is_no_list_is_named_and_nothing_of_it_is_kept() {
    let app = TestApp::start().await;
    let clock = Arc::new(TestClock::at(app.clock.now()));
    let db = Db::open(&app.database, clock, Arc::new(SystemIds)).await.unwrap();
    let cadre = app.person("cadre").await;
    let form = cadre.open("/imports/new").await.ok();
    let before = census(db.reader()).await;
    for (name, bytes, what, action) in cases() {
        let told = cadre.upload(&form, "/imports/new", &[(name, bytes)]).await;
        assert_eq!(
            told.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}: {}",
            told.text()
        );
        let words = format!("{name}：{what} {action}");
        assert!(told.says(&words), "{words}: {}", told.text());
        assert!(told.says("<title>有误：上传清单"), "{name}: {}", told.html);
        assert!(told.says("href=\"#f-files\""), "{name}");
        assert_eq!(census(db.reader()).await, before, "{name}");
    }
    let none = cadre.upload(&form, "/imports/new", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.says("请选择文件"), "{}", none.text());
    let all: Vec<(&str, Vec<u8>)> = cases()
        .into_iter()
        .take(4)
        .map(|(name, bytes, _, _)| (name, bytes))
        .collect();
    let told = cadre.upload(&form, "/imports/new", &all).await;
    for (name, _) in &all {
        assert!(told.says(&format!("{name}：这是")), "{name}: {}", told.text());
    }
    assert_eq!(census(db.reader()).await, before, "several at once");
    db.close().await.unwrap();
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_does_not_hold_up_the_others() {
    let app = TestApp::start().await;
    let cadre = app.person("cadre").await;
    let form = cadre.open("/imports/new").await.ok();
    let list = "社区,需求事项,数量\n靖和社区,会议室,20小时\n";
    let files = [
        ("扫描.pdf", b"%PDF-1.7\n".to_vec()),
        ("需求.csv", list.as_bytes().to_vec()),
    ];
    let page = cadre.upload(&form, "/imports/new", &files).await.ok();
    assert_eq!(page.path, "/imports/1?done=uploaded", "{}", page.text());
    let words = format!("这是PDF文件 {AS_LIST}");
    assert!(
        page.says("下列文件没有读取") && page.says("扫描.pdf") && page.says(&words),
        "{}",
        page.text()
    );
    assert!(
        page.says("需求.csv 第2行") && page.says("可以提交"),
        "{}",
        page.text()
    );
    // Sent once more, the page's own key answers; with another page, the same bytes are known.
    let twice = cadre.upload(&form, "/imports/new", &files).await.ok();
    assert_eq!(twice.path, page.path);
    let other = cadre.open("/imports/new").await.ok();
    let known = cadre.upload(&other, "/imports/new", &files[1..]).await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        known.says("需求.csv：同样的文件已作为“需求.csv (2026-03-02)”收到 不用再次上传。"),
        "{}",
        known.text()
    );
    app.stop().await;
}
