//! How values come out of the JSON parser: a number is a number, with whatever features the parser was built.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use serde_core::de::value::CowStrDeserializer;
use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Lets a visitor of any JSON value be handed to the parser.
macro_rules! seed {
    ($seed:ty => $value:ty) => {
        impl<'de> serde_core::de::DeserializeSeed<'de> for $seed {
            type Value = $value;

            fn deserialize<D: serde_core::de::Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<$value, D::Error> {
                $crate::json::visit::any(deserializer, self)
            }
        }
    };
}

pub(crate) use seed;

/// Hands the next value to the visitor, numbers always by `visit_u64`, `visit_i64` or `visit_f64`.
pub(crate) fn any<'de, D, V>(deserializer: D, visitor: V) -> Result<V::Value, D::Error>
where
    D: Deserializer<'de>,
    V: Visitor<'de>,
{
    deserializer.deserialize_any(Numbers(visitor))
}

/// The only member of the map that stands for a number where the parser keeps numbers as text.
const NUMBER: &str = "$serde_json::private::Number";

/// Whether the parser hands out numbers as maps: its feature `arbitrary_precision`, which any crate of a program can
/// turn on for all of it. An object that has such a member is an object as long as the feature is off.
static NUMBERS_ARE_MAPS: LazyLock<bool> = LazyLock::new(|| {
    // Some versions hand out whole numbers as numbers all the same.
    let mut deserializer = serde_json::Deserializer::from_str("1.5");
    deserializer.deserialize_any(IsMap).unwrap_or(false)
});

struct IsMap;

impl<'de> Visitor<'de> for IsMap {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        members.next_entry::<Cow<'_, str>, Cow<'_, str>>().map(|_| true)
    }
}

/// Passes everything on, and a map that stands for a number as a number.
struct Numbers<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Numbers<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        if *NUMBERS_ARE_MAPS {
            number_or_object(members, self.0)
        } else {
            self.0.visit_map(members)
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(items)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.0.visit_bool(value)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<V::Value, E> {
        self.0.visit_u64(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<V::Value, E> {
        self.0.visit_i64(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<V::Value, E> {
        self.0.visit_f64(number)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<V::Value, E> {
        self.0.visit_borrowed_str(text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
        self.0.visit_str(text)
    }
}

#[cold]
fn number_or_object<'de, A: MapAccess<'de>, V: Visitor<'de>>(
    mut members: A,
    visitor: V,
) -> Result<V::Value, A::Error> {
    // What is done with a number is done elsewhere: this function stands on the stack once for each level of nesting.
    match members.next_key_seed(Key) {
        Ok(Some(name)) if name == NUMBER => number(members, visitor),
        Ok(first) => visitor.visit_map(Members { first, rest: members }),
        Err(error) => Err(error),
    }
}

/// Reads the text of a number as the parser does where it does not keep the text.
fn number<'de, A: MapAccess<'de>, V: Visitor<'de>>(
    mut members: A,
    visitor: V,
) -> Result<V::Value, A::Error> {
    let text: String = members.next_value()?;
    if let Ok(number) = text.parse() {
        return visitor.visit_u64(number);
    }
    match (text.parse(), text.parse::<f64>()) {
        // Only a float has a negative zero.
        (Ok(number), _) if text != "-0" => visitor.visit_i64(number),
        (_, Ok(number)) if number.is_finite() => visitor.visit_f64(number),
        _ => Err(A::Error::custom("number out of range")),
    }
}

/// The name of a member.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// The members of an object whose first name was read already.
struct Members<'de, A> {
    first: Option<Cow<'de, str>>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(name) => seed.deserialize(CowStrDeserializer::new(name)).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}
