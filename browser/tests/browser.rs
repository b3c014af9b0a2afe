//! A real browser, led through a page's life. Without one these tests pass over, except in CI, where it was promised.

use std::time::Duration;

use gradus_browser::{Area, Browser, Error, Page, Paper, find};
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(60);

/// A page, with its browser; none where there is no browser and none was promised.
fn page() -> Option<(Browser, Page)> {
    if let Err(Error::NotFound) = find()
        && std::env::var_os("CI").is_none()
    {
        eprintln!("skipped: no browser");
        return None;
    }
    let browser = Browser::start(LIMIT).unwrap();
    let page = browser.page().unwrap();
    Some((browser, page))
}

/// Width and height in a PNG's header.
fn png_size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn a_page_answers_waits_and_complains() {
    let Some((browser, mut page)) = page() else { return };
    assert!(browser.version().contains('/'));
    assert_eq!(
        page.evaluate("new Promise(done => setTimeout(() => done({a: [1, 2]}), 20))").unwrap(),
        json!({"a": [1, 2]})
    );
    let text = page.evaluate("(() => { throw new TypeError('no such thing') })()").unwrap_err().to_string();
    assert!(text.contains("TypeError: no such thing"), "{text}");

    page.html("<p id='p'>one</p><script>setTimeout(() => p.textContent = 'two', 100)</script>").unwrap();
    page.wait_until("p.textContent == 'two'", LIMIT).unwrap();
    let short = Duration::from_millis(200);
    let text = page.wait_until("p.textContent == 'three'", short).unwrap_err().to_string();
    assert!(text.contains("'three'") && text.contains("0.2 s"), "{text}");

    assert!(page.errors().is_empty(), "{:?}", page.errors());
    page.evaluate("setTimeout(() => { console.error('odd', 7); missing.thing }, 0)").unwrap();
    page.wait_until("true", LIMIT).unwrap();
    page.evaluate("new Promise(done => setTimeout(done, 50))").unwrap();
    let errors = page.errors().join("\n");
    assert!(errors.contains("odd 7") && errors.contains("missing is not defined"), "{errors}");
}

#[test]
fn a_script_that_never_ends_is_given_up() {
    let Some((browser, mut page)) = page() else { return };
    page.set_limit(Duration::from_millis(500));
    assert!(matches!(page.evaluate("while (true);"), Err(Error::TimedOut { .. })));
    // Another page of the same browser lives on.
    assert_eq!(browser.page().unwrap().evaluate("6 * 7").unwrap(), 42);
}

#[test]
fn pictures_and_prints_have_the_size_asked_for() {
    let Some((_browser, mut page)) = page() else { return };
    page.html("<body style='margin: 0; height: 900px; background: #fff'>words to find").unwrap();
    page.set_size(300, 200, 2.0).unwrap();
    assert_eq!(png_size(&page.screenshot(Area::Window).unwrap()), (600, 400));
    assert_eq!(png_size(&page.screenshot(Area::Page).unwrap()), (600, 1800));
    let clip = Area::Clip { x: 10.0, y: 700.0, width: 50.0, height: 20.0 };
    assert_eq!(png_size(&page.screenshot(clip).unwrap()), (100, 40));
    let pdf = page.print_pdf(&Paper { width: 4.0, height: 3.0, ..Paper::a4() }).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-") && text.contains("/MediaBox [0 0 288 216]"), "4 × 3 inches are 288 × 216 points");
}

#[test]
fn mouse_keys_and_network_reach_the_page() {
    let Some((_browser, mut page)) = page() else { return };
    let folder = std::env::temp_dir().join(format!("gradus-page-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("page.html"), "<input id=i><button id=b onclick=\"this.dataset.hit = 1\">b</button>")
        .unwrap();
    page.open(&format!("file://{}/page.html", folder.display())).unwrap();
    page.click_on("#i").unwrap();
    page.type_text("grüße").unwrap();
    page.press_key("!").unwrap();
    page.press_key("ArrowLeft").unwrap();
    page.press_key("a").unwrap();
    assert_eq!(page.evaluate("i.value").unwrap(), "grüßea!");
    page.click_on("#b").unwrap();
    assert_eq!(page.evaluate("b.dataset.hit").unwrap(), "1");
    let text = page.click_on("#none").unwrap_err().to_string();
    assert!(text.contains("nothing on the page is #none"), "{text}");

    let missing = page.open(&format!("file://{}/missing.html", folder.display())).unwrap_err().to_string();
    assert!(missing.contains("ERR_FILE_NOT_FOUND"), "{missing}");
    page.open(&format!("file://{}/page.html", folder.display())).unwrap();
    page.offline(true).unwrap();
    assert_eq!(page.evaluate("navigator.onLine").unwrap(), false);
    page.offline(false).unwrap();
    assert_eq!(page.evaluate("navigator.onLine").unwrap(), true);
    std::fs::remove_dir_all(&folder).unwrap();
}
