mod agreement;
mod decode;
mod encode;
mod family;
mod fuzz;
mod refused;
mod replies;
