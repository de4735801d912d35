//! The generator, its settings, and what it makes: the low-level client and the typed mocks.

use std::panic::{self, AssertUnwindSafe, UnwindSafe};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;

use super::amend;

/// The low-level client.
pub(super) fn client(api: &OpenAPI) -> Result<syn::File, String> {
    let generate = || generator().generate_tokens(api);
    let mut file = parsed("client", AssertUnwindSafe(generate))?;
    amend::client(&mut file)?;
    Ok(file)
}

/// The typed wrappers over httpmock.
pub(super) fn mocks(api: &OpenAPI) -> Result<syn::File, String> {
    let generate = || generator().httpmock(api, "ekodb_api");
    let mut file = parsed("mocks", AssertUnwindSafe(generate))?;
    amend::mocks(&mut file);
    Ok(file)
}

/// A generator with the settings that client and mocks share: they must agree on the names of
/// types.
fn generator() -> Generator {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(crate::SharedTransport))
        .with_derive("PartialEq")
        // Sorted, so that what is sent and shown does not change from run to run.
        .with_map_type("::std::collections::BTreeMap")
        .with_replacement(
            "SecretString",
            "crate::SecretString",
            [TypeImpl::Default].into_iter(),
        )
        .with_replacement("KeyId", "crate::KeyId", [TypeImpl::Display].into_iter())
        .with_replacement(
            "NullableStringList",
            "crate::Nullable<Vec<String>>",
            [TypeImpl::Default].into_iter(),
        );
    Generator::new(&settings)
}

/// Runs a part of the generator, which panics on some documents. Such a panic is a gap in our lint,
/// and becomes a report.
fn parsed(
    what: &str,
    generate: impl FnOnce() -> Result<TokenStream, progenitor::Error> + UnwindSafe,
) -> Result<syn::File, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(generate);
    panic::set_hook(hook);
    match outcome {
        Ok(Ok(tokens)) => syn::parse2(tokens)
            .map_err(|error| format!("the generated {what} cannot be parsed: {error}")),
        Ok(Err(error)) => Err(format!("the generator refused the {what}: {error}")),
        Err(panic) => {
            let reason = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("it gave no reason");
            Err(format!("the generator gave up on the {what}: {reason}"))
        }
    }
}
