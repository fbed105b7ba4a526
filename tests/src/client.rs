//! A person's browser without script: keeps cookies, follows redirects, sends forms as the page wrote them.

use gongjian_api::sample::demo;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::Value;

/// One person's browser profile; copies share its cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    base: String,
    language: String,
}

/// A page as it arrived.
#[derive(Debug)]
pub struct Page {
    /// HTTP status.
    pub status: StatusCode,
    /// The path it came from, after redirects.
    pub path: String,
    /// The HTML.
    pub html: String,
}

impl Browser {
    /// A fresh profile that speaks `language`.
    #[must_use]
    pub fn new(base: &str, language: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::limited(5))
            .build()
            .expect("a client without TLS can be built");
        Self {
            client,
            base: base.to_owned(),
            language: language.to_owned(),
        }
    }

    /// The server has moved; the cookies stay.
    pub fn move_to(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    /// Signs in with the demo's password.
    pub async fn sign_in(&self, login: &str) {
        let page = self.open("/login").await.ok();
        let fields = [("login", login), ("password", demo::PASSWORD)];
        let home = self.send(&page, "/login", &fields).await.ok();
        assert!(
            !home.path.starts_with("/login"),
            "{login} cannot sign in: {}",
            home.text()
        );
    }

    /// Gives the demo's password once more, as before signing.
    pub async fn step_up(&self) {
        let page = self.open("/step-up?back=/").await.ok();
        let fields = [("password", demo::PASSWORD), ("back", "/")];
        self.send(&page, "/step-up", &fields).await.ok();
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        page(
            request
                .header(ACCEPT, "text/html")
                .header(ACCEPT_LANGUAGE, &self.language)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Sends the form of `page` to `action` with the page's own tokens and these fields.
    pub async fn send(&self, page_shown: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![
            ("csrf", page_shown.token("csrf")),
            ("once", page_shown.token("once")),
        ];
        all.extend(fields.iter().map(|(k, v)| (*k, (*v).to_owned())));
        let request = self.client.post(format!("{}{action}", self.base)).form(&all);
        page(
            request
                .header(ACCEPT, "text/html")
                .header(ACCEPT_LANGUAGE, &self.language)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    /// Uploads files by the form of `page_shown`.
    pub async fn upload(&self, page_shown: &Page, action: &str, files: &[(&str, Vec<u8>)]) -> Page {
        self.upload_with(page_shown, action, &[], files).await
    }

    /// Sends the form of `page_shown` with text fields and files.
    pub async fn upload_with(
        &self,
        page_shown: &Page,
        action: &str,
        fields: &[(&str, &str)],
        files: &[(&str, Vec<u8>)],
    ) -> Page {
        let mut form = reqwest::multipart::Form::new()
            .text("csrf", page_shown.token("csrf"))
            .text("once", page_shown.token("once"));
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        for (name, bytes) in files {
            let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name((*name).to_owned());
            form = form.part("files", part);
        }
        let request = self.client.post(format!("{}{action}", self.base)).multipart(form);
        let request = request
            .header(ACCEPT, "text/html")
            .header(ACCEPT_LANGUAGE, &self.language);
        page(request.send().await.unwrap()).await
    }

    /// A JSON request such as our own scripts send it.
    pub async fn json(
        &self,
        method: &str,
        path: &str,
        csrf: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let answer = self.json_with(method, path, csrf, body, &[]).await;
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// The same with further headers, and the answer as it came.
    pub async fn json_with(
        &self,
        method: &str,
        path: &str,
        csrf: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Response {
        self.try_json(method, path, csrf, body, headers).await.unwrap()
    }

    /// The same from a server that may be killed meanwhile.
    ///
    /// # Errors
    /// What kept the answer's head from coming.
    pub async fn try_json(
        &self,
        method: &str,
        path: &str,
        csrf: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Response> {
        let mut request = self
            .client
            .request(method.parse().unwrap(), format!("{}{path}", self.base))
            .header(ACCEPT, "application/json")
            .header("X-CSRF-Token", csrf);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    /// The bytes of a download.
    pub async fn download(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let answer = self
            .client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap();
        (answer.status(), answer.bytes().await.unwrap().to_vec())
    }
}

async fn page(answer: Response) -> Page {
    let (status, path) = (answer.status(), answer.url().path().to_owned());
    let path = answer
        .url()
        .query()
        .map_or(path.clone(), |query| format!("{path}?{query}"));
    Page {
        status,
        path,
        html: answer.text().await.unwrap(),
    }
}

impl Page {
    /// The value of the first hidden field of that name.
    #[must_use]
    pub fn token(&self, name: &str) -> String {
        self.values(name).into_iter().next().unwrap_or_default()
    }

    /// The values of all inputs of that name, in order.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<String> {
        let mark = format!("name=\"{name}\"");
        self.html
            .split('<')
            .filter(|tag| tag.contains(&mark))
            .map(|tag| attribute(tag, "value").unwrap_or_default())
            .collect()
    }

    /// The names of all fields with a name, in order, each once; buttons are none.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for tag in self
            .html
            .split('<')
            .filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea "))
        {
            if let Some(name) = attribute(tag, "name").filter(|name| !names.contains(name)) {
                names.push(name);
            }
        }
        names
    }

    /// What a field holds: an input's value or a text area's text.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\"");
        let tag = self
            .html
            .split('<')
            .find(|tag| tag.contains(&mark))
            .unwrap_or_default();
        if tag.starts_with("textarea") {
            return unescape(tag.split_once('>').map_or("", |(_, text)| text));
        }
        attribute(tag, "value").unwrap_or_default()
    }

    /// The first value of an attribute anywhere in the page.
    #[must_use]
    pub fn attribute(&self, name: &str) -> String {
        self.html
            .split('<')
            .find_map(|tag| attribute(tag, name))
            .unwrap_or_default()
    }

    /// The addresses of all links that begin with `start`, in order, each once.
    #[must_use]
    pub fn links(&self, start: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for tag in self.html.split('<').filter(|tag| tag.starts_with("a ")) {
            if let Some(href) = attribute(tag, "href").filter(|h| h.starts_with(start) && !found.contains(h))
            {
                found.push(href);
            }
        }
        found
    }

    /// Whether the page's text holds `words`.
    #[must_use]
    pub fn says(&self, words: &str) -> bool {
        self.html.contains(words)
    }

    /// Fails with the page's text unless it arrived with 200.
    pub fn ok(self) -> Self {
        assert_eq!(self.status, StatusCode::OK, "{}: {}", self.path, self.text());
        self
    }

    /// The text between the tags, for messages.
    #[must_use]
    pub fn text(&self) -> String {
        let main = self.html.split("<main").nth(1).unwrap_or(&self.html);
        let words: Vec<&str> = main
            .split('<')
            .filter_map(|part| part.split('>').nth(1))
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect();
        words.join(" ")
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!("{name}=\"")).nth(1)?;
    let raw = rest.split('"').next()?;
    Some(unescape(raw))
}

fn unescape(raw: &str) -> String {
    raw.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
