//! What a binding takes, its value and the stream that the user holds among it.

use futures::StreamExt;
use placeos_client::{Client, Update};
use tokio::runtime::Builder;

/// The bytes of a binding when all have heard their value and have read it.
pub(crate) fn measure(count: usize, url: &str) -> f64 {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = Client::builder(url.replacen("ws", "http", 1)).api_key("id.secret").allow_plain();
    let client = client.build().expect("a client");
    runtime.block_on(client.online()).expect("online");
    let display = client.system("sys-1").module("Display", 1);
    let mut bindings = Vec::with_capacity(count);
    let allocated = allocation_counter::measure(|| {
        runtime.block_on(async {
            bindings.extend((0..count).map(|n| display.bind(&format!("v{n}"))));
            for binding in &mut bindings {
                let update = binding.next().await.expect("an update");
                assert!(matches!(update, Update::Item(_)));
            }
        });
    });
    let held = size_of_val(&bindings[..]);
    (allocated.bytes_current as f64 + held as f64) / count as f64
}
