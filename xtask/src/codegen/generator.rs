//! The generator and its settings.

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;

/// A generator with the settings that client and mocks share: they must agree on the names of
/// types.
pub(super) fn generator() -> Generator {
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
pub(super) fn guarded(
    what: &str,
    generate: impl FnOnce() -> Result<TokenStream, progenitor::Error> + std::panic::UnwindSafe,
) -> Result<TokenStream, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(generate);
    std::panic::set_hook(hook);
    match outcome {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(format!("the generator refused {what}: {error}")),
        Err(panic) => {
            let reason = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("it gave no reason");
            Err(format!("the generator gave up on {what}: {reason}"))
        }
    }
}
