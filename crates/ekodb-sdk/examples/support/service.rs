//! Serving HTTP on this machine.

use axum::Router;
use tokio::net::TcpListener;

/// Listens on 127.0.0.1, on the port that PORT names (3000 unless it is set, 0 for any that is
/// free).
pub(crate) async fn listen() -> Result<TcpListener, Box<dyn std::error::Error>> {
    #[allow(clippy::disallowed_methods, reason = "it is a setting of this program")]
    let port: u16 = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    Ok(TcpListener::bind(("127.0.0.1", port)).await?)
}

/// Serves until Ctrl-C.
pub(crate) async fn serve(listener: TcpListener, service: Router) -> std::io::Result<()> {
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await
}
