//! Documents from the host of a link.
#![cfg(feature = "ring")]

mod net_support;

use std::sync::Arc;

use longlink::Observation;
use longlink::net::{HttpClient, HttpError, TlsOptions};
use net_support::*;

#[tokio::test]
async fn an_endpoint_fetches_documents_from_the_same_host() {
    let (address, mut requests) = answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").await;
    let client: Arc<dyn HttpClient> = Arc::new(ws(address));
    let response = soon(client.get("/api/v1/config?full=1", 5)).await.unwrap();
    assert_eq!((response.status, response.body.as_ref()), (200, b"hello".as_slice()));
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET /api/v1/config?full=1 HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(&request, "authorization"), Some("Bearer tok-3f9a2b7c"));
    assert_eq!(header(&request, "upgrade"), None);

    assert!(matches!(soon(client.get("/", 4)).await, Err(HttpError::TooLarge { limit: 4 })));
    assert!(matches!(client.get("https://evil.example/", 4).await, Err(HttpError::Path(_))));
}

#[tokio::test]
async fn a_document_may_be_chunked_or_end_with_the_connection_but_not_be_cut() {
    let get = async |response: &str| {
        let (address, _requests) = answer(response).await;
        soon(ws(address).get("/", 100)).await
    };
    let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    assert_eq!(get(chunked).await.unwrap().body.as_ref(), b"hello");
    assert_eq!(get("HTTP/1.1 200 OK\r\n\r\nhello").await.unwrap().body.as_ref(), b"hello");
    for cut in ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", &chunked[..chunked.len() - 7]]
    {
        let Err(HttpError::Connection(failure)) = get(cut).await else { panic!("{cut}") };
        assert_eq!(failure.observation(), &Observation::Eof);
    }
}

#[tokio::test]
async fn a_redirect_of_a_document_is_a_response() {
    let (elsewhere, target) = untouched();
    let (address, _requests) =
        answer(format!("HTTP/1.1 302 Found\r\nLocation: http://{target}/\r\n\r\n")).await;
    assert_eq!(soon(ws(address).get("/", 100)).await.unwrap().status, 302);
    assert_untouched(&elsewhere);
}

#[tokio::test]
async fn a_document_is_not_asked_for_from_another_peer_than_the_pinned_one() {
    let (address, mut received) =
        tls_server(Identity::new("127.0.0.1").server(rustls::ALL_VERSIONS)).await;
    let other = Identity::new("127.0.0.1").certificate_pin();
    let endpoint = wss(address, TlsOptions::new().pin(other));
    assert!(matches!(soon(endpoint.get("/", 100)).await, Err(HttpError::Connection(_))));
    assert_eq!(soon(received.recv()).await, Some(Vec::new()), "no application byte");
}
