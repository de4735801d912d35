//! The typed wrappers over httpmock.

use std::panic::AssertUnwindSafe;

use openapiv3::OpenAPI;

use super::{amend, generator};

pub(super) fn generate(api: &OpenAPI) -> Result<syn::File, String> {
    let tokens = generator::guarded(
        "the mocks",
        AssertUnwindSafe(|| generator::generator().httpmock(api, "ekodb_api")),
    )?;
    let mut file = syn::parse2(tokens)
        .map_err(|error| format!("the generated mocks do not parse: {error}"))?;
    amend::mocks(&mut file);
    Ok(file)
}
