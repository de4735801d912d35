//! The typed wrappers over httpmock.

use std::panic::AssertUnwindSafe;

use openapiv3::OpenAPI;

pub(super) fn generate(api: &OpenAPI) -> Result<syn::File, String> {
    let tokens = super::guarded(
        "the mocks",
        AssertUnwindSafe(|| super::generator().httpmock(api, "ekodb_api")),
    )?;
    let mut file = syn::parse2(tokens)
        .map_err(|error| format!("the generated mocks do not parse: {error}"))?;
    super::amend::mocks(&mut file);
    Ok(file)
}
