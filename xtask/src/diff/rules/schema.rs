//! Rules about schemas. Servers read requests, so a request may come to accept more but not less;
//! clients read responses, so a response may come to hold less but not more.

super::sided_rules! {
    MEMBER_ADDED_REQUIRED: "required-member-added",
        request breaking("clients that were built earlier do not send it, and are refused",
            "make it optional, or give it a default that means what happened before"),
        response compatible("clients keep or skip members that they do not know");
    MEMBER_ADDED_REQUIRED_WITH_DEFAULT: "required-member-with-default-added",
        request compatible("the default is taken where clients do not send it"),
        response compatible("clients keep or skip members that they do not know");
    MEMBER_ADDED_OPTIONAL: "optional-member-added",
        request compatible("clients may leave it out"),
        response compatible("clients keep or skip members that they do not know");
    MEMBER_ADDED_TO_CLOSED: "member-added-to-closed-object",
        request compatible("clients may leave it out"),
        response breaking("the object had `additionalProperties: false`, so clients that were built earlier refuse the reply",
            "open the object one version before adding to it");
    MEMBER_REMOVED: "member-removed",
        request breaking("what clients send in it has no effect or is refused, and generated types lose the field",
            "keep it with `deprecated: true`"),
        response breaking("clients that read it find nothing, and generated types lose the field",
            "keep sending it, with `deprecated: true`");
    MEMBER_BECAME_REQUIRED: "member-became-required",
        request breaking("clients that leave it out are refused",
            "leave it optional, with a default that means what happened before"),
        response compatible("clients that did without it still can");
    MEMBER_BECAME_OPTIONAL: "member-became-optional",
        request compatible("clients that send it still may"),
        response breaking("clients that rely on it fail to decode a reply without it",
            "keep it required, and send an empty value");
    MEMBER_DEPRECATED: "member-deprecated",
        request compatible("it still works"),
        response compatible("it is still sent");
    MEMBER_UNDEPRECATED: "member-no-longer-deprecated",
        request compatible("it works as before"),
        response compatible("it is sent as before");
    DIRECTION_LIMITED: "direction-limited",
        request compatible("it is still accepted"),
        response compatible("it is still sent");
    DIRECTION_OPENED: "direction-opened",
        request compatible("it is accepted as before"),
        response compatible("it is sent as before");
    MEMBER_ELSEWHERE: "member-of-other-direction-changed",
        request compatible("clients do not send it"),
        response compatible("servers do not send it");
    TYPE_RENAMED: "type-renamed",
        request breaking("generated clients name a type after the title, so code that names it no longer compiles",
            "keep the title, or make a component of the schema first"),
        response breaking("generated clients name a type after the title, so code that names it no longer compiles",
            "keep the title, or make a component of the schema first");
    TYPE_NARROWED: "type-narrowed",
        request breaking("clients may send values of the wider type, which are refused now",
            "accept the wider type still"),
        response compatible("every value that is sent now was possible before");
    TYPE_WIDENED: "type-widened",
        request compatible("every value that was accepted still is"),
        response breaking("clients that were built earlier fail to decode values that only the wider type has",
            "send only values of the narrower type, or add a member for the others");
    TYPE_CHANGED: "type-changed",
        request breaking("what clients send is refused",
            "add a member of the new type next to the old one"),
        response breaking("clients that were built earlier fail to decode it",
            "add a member of the new type next to the old one");
    NULL_FORBIDDEN: "null-forbidden",
        request breaking("clients that send `null` are refused",
            "accept `null` still"),
        response compatible("clients that expect `null` just never see it");
    NULL_ALLOWED: "null-allowed",
        request compatible("clients need not send `null`"),
        response breaking("clients that were built earlier fail to decode `null`",
            "leave the member out instead, if it is optional");
    FORMAT_NARROWED: "format-narrowed",
        request breaking("clients may send values that do not fit the format, and are refused",
            "accept the old values still"),
        response compatible("every value that is sent now was possible before");
    FORMAT_WIDENED: "format-widened",
        request compatible("every value that was accepted still is"),
        response breaking("clients that were built earlier parse the old format, and fail on other values",
            "keep sending the old format");
    FORMAT_CHANGED: "format-changed",
        request breaking("what clients send does not fit the new format, and is refused",
            "add a member of the new format next to the old one"),
        response breaking("clients that were built earlier parse the old format, and fail",
            "add a member of the new format next to the old one");
    ENUM_ADDED: "enum-added",
        request breaking("clients may send values that are not listed, and are refused",
            "list the known values as `x-extensible-enum`"),
        response compatible("every value that is sent now was possible before");
    ENUM_DROPPED: "enum-dropped",
        request compatible("every value that was accepted still is"),
        response breaking("clients that were built earlier know only the listed values, and fail to decode another",
            "keep the list; open it with a new major version");
    ENUM_VALUE_REMOVED: "enum-value-removed",
        request breaking("clients that send it are refused",
            "accept it still, and say in the description that it is deprecated"),
        response compatible("clients that know it just never see it");
    ENUM_VALUE_ADDED: "enum-value-added",
        request compatible("the values that were accepted still are"),
        response breaking("clients that were built earlier fail to decode it",
            "list the values as `x-extensible-enum` from the start; here, raise the version");
    KNOWN_VALUE_REMOVED: "known-value-removed",
        request breaking("clients that send it can no longer expect the server to know it",
            "keep it listed for as long as the server takes it"),
        response compatible("clients that know it just never see it");
    KNOWN_VALUE_ADDED: "known-value-added",
        request compatible("the values that were known still are"),
        response compatible("clients read any value here, known or not");
    CONSTRAINT_TIGHTENED: "constraint-tightened",
        request breaking("clients may send values that were within the limit, and are refused",
            "keep the limit"),
        response compatible("every value that is sent now was possible before");
    CONSTRAINT_LOOSENED: "constraint-loosened",
        request compatible("every value that was accepted still is"),
        response breaking("clients that check the limit refuse the reply",
            "keep to the limit, or raise the version");
    CONSTRAINT_CHANGED: "constraint-changed",
        request breaking("clients may send values that fit the old constraint and not the new one, and are refused",
            "accept what fits either"),
        response breaking("clients that check the old constraint refuse what fits only the new one",
            "send only what fits both");
    OBJECT_CLOSED: "object-closed",
        request breaking("clients that send further members are refused",
            "ignore unknown members instead"),
        response compatible("clients just never see further members");
    OBJECT_OPENED: "object-opened",
        request compatible("every member that was accepted still is"),
        response breaking("clients that were built earlier refuse members that they do not know",
            "open it with a new major version, before adding members");
    EXTRA_MEMBERS_NARROWED: "extra-members-narrowed",
        request breaking("clients may send further members of any type, and are refused now",
            "accept any further member still"),
        response compatible("every further member that is sent now was possible before");
    EXTRA_MEMBERS_WIDENED: "extra-members-widened",
        request compatible("every further member that was accepted still is"),
        response breaking("clients that were built earlier decode further members as the narrower type, and fail",
            "send further members of the narrower type only");
    VARIANT_REMOVED: "variant-removed",
        request breaking("clients that send this form are refused",
            "accept it still"),
        response compatible("clients that know this form just never see it");
    VARIANT_ADDED: "variant-added",
        request compatible("the forms that were accepted still are"),
        response breaking("clients that were built earlier fail to decode a form that they do not know",
            "send the old form, unless the request asks for the new one");
    VARIANTS_INTRODUCED: "variants-introduced",
        request breaking("what clients send must fit one of the forms now",
            "let one of the forms be what was accepted before, and leave the schema outside `oneOf` as it was"),
        response breaking("generated types become a choice, so code that reads the value no longer compiles",
            "add a member for the choice next to the old one");
    VARIANTS_DROPPED: "variants-dropped",
        request breaking("what clients send may fit none of what is left",
            "accept every form still"),
        response breaking("generated types stop being a choice, so code that matches on it no longer compiles",
            "keep the choice, even of one form");
    VARIANTS_KIND_CHANGED: "variants-kind-changed",
        request breaking("a value that fits several forms means something else now, and generated types change",
            "keep `oneOf` or `anyOf` as it was"),
        response breaking("a value that fits several forms means something else now, and generated types change",
            "keep `oneOf` or `anyOf` as it was");
    VARIANTS_OVERLAP: "variants-overlap",
        request breaking("a value that fits two forms of `oneOf` fits the choice no more, and generated types change",
            "list each form once, and no form that any value fits"),
        response breaking("a value that fits two forms of `oneOf` fits the choice no more, and generated types change",
            "list each form once, and no form that any value fits");
    DISCRIMINATOR_VALUE_REMOVED: "discriminator-value-removed",
        request breaking("clients that name the form by this value are refused",
            "accept the value still"),
        response compatible("clients that know this value just never see it");
    DISCRIMINATOR_VALUE_ADDED: "discriminator-value-added",
        request compatible("the values that were accepted still are"),
        response breaking("clients that were built earlier do not know which form this value means",
            "send the old value, unless the request asks for the new one");
    DISCRIMINATOR_CHANGED: "discriminator-changed",
        request breaking("clients name the form in another member or by another value, and are refused",
            "keep the discriminator and its mapping, and only add to it"),
        response breaking("clients that were built earlier cannot tell the forms apart",
            "keep the discriminator and its mapping, and only add to it");
    DEFAULT_ADDED: "default-added",
        request compatible("it says what leaving the value out means"),
        response compatible("it says what leaving the value out means");
    DEFAULT_CHANGED: "default-changed",
        request breaking("clients that leave the value out get another behaviour without a word",
            "keep the default; who wants the new behaviour can ask for it"),
        response breaking("clients fill a missing value with the old default",
            "send the value always");
    DEFAULT_REMOVED: "default-removed",
        request breaking("what leaving the value out means is not promised any more",
            "keep the default"),
        response breaking("clients fill a missing value with the old default",
            "send the value always");
    NOT_CHANGED: "exclusion-changed",
        request breaking("clients may send what is excluded now, and are refused",
            "exclude nothing more than before"),
        response breaking("clients may receive what was excluded before",
            "exclude nothing less than before");
}
