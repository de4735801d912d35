mod agreement;
mod decode;
mod encode;
mod family;
mod refused;
mod replies;
