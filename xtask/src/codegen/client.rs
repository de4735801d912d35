//! The low-level client.

use std::panic::AssertUnwindSafe;

use openapiv3::OpenAPI;

use super::{amend, generator};

pub(super) fn generate(api: &OpenAPI) -> Result<syn::File, String> {
    let tokens = generator::guarded(
        "the client",
        AssertUnwindSafe(|| generator::generator().generate_tokens(api)),
    )?;
    let mut file = syn::parse2(tokens)
        .map_err(|error| format!("the generated client does not parse: {error}"))?;
    amend::client(&mut file)?;
    Ok(file)
}
