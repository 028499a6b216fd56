//! `bitflags!`: as much of the crate of this name as users of flags need.

/// Defines a set of flags over an unsigned integer.
#[doc(hidden)]
#[macro_export]
macro_rules! __bitflags {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident: $bits:ty {
            $($(#[$flag_attribute:meta])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            bits: $bits,
        }

        #[allow(dead_code)]
        impl $name {
            $($(#[$flag_attribute])* pub const $flag: Self = Self { bits: $value };)*

            const ALL: $bits = 0 $(| $value)*;

            /// No flag.
            pub const fn empty() -> Self {
                Self { bits: 0 }
            }

            /// Every flag.
            pub const fn all() -> Self {
                Self { bits: Self::ALL }
            }

            /// The flags as an integer.
            pub const fn bits(&self) -> $bits {
                self.bits
            }

            /// The flags of an integer, unless some bit is none.
            pub const fn from_bits(bits: $bits) -> ::core::option::Option<Self> {
                if bits & !Self::ALL == 0 {
                    ::core::option::Option::Some(Self { bits })
                } else {
                    ::core::option::Option::None
                }
            }

            /// The flags of an integer, without the bits that are none.
            pub const fn from_bits_truncate(bits: $bits) -> Self {
                Self { bits: bits & Self::ALL }
            }

            /// The bits of an integer, as they are.
            pub const fn from_bits_retain(bits: $bits) -> Self {
                Self { bits }
            }

            /// Is no flag set?
            pub const fn is_empty(&self) -> bool {
                self.bits == 0
            }

            /// Is every flag set?
            pub const fn is_all(&self) -> bool {
                self.bits & Self::ALL == Self::ALL
            }

            /// Are all of `other`'s flags set?
            pub const fn contains(&self, other: Self) -> bool {
                self.bits & other.bits == other.bits
            }

            /// Is one of `other`'s flags set?
            pub const fn intersects(&self, other: Self) -> bool {
                self.bits & other.bits != 0
            }

            /// The flags of either.
            pub const fn union(self, other: Self) -> Self {
                Self { bits: self.bits | other.bits }
            }

            /// The flags of both.
            pub const fn intersection(self, other: Self) -> Self {
                Self { bits: self.bits & other.bits }
            }

            /// The flags that `other` lacks.
            pub const fn difference(self, other: Self) -> Self {
                Self { bits: self.bits & !other.bits }
            }

            /// The flags of one, but not both.
            pub const fn symmetric_difference(self, other: Self) -> Self {
                Self { bits: self.bits ^ other.bits }
            }

            /// The flags that are not set.
            pub const fn complement(self) -> Self {
                Self::from_bits_truncate(!self.bits)
            }

            /// Sets the flags of `other`.
            pub fn insert(&mut self, other: Self) {
                self.bits |= other.bits;
            }

            /// Clears the flags of `other`.
            pub fn remove(&mut self, other: Self) {
                self.bits &= !other.bits;
            }

            /// Inverts the flags of `other`.
            pub fn toggle(&mut self, other: Self) {
                self.bits ^= other.bits;
            }

            /// Sets or clears the flags of `other`.
            pub fn set(&mut self, other: Self, value: bool) {
                if value {
                    self.insert(other);
                } else {
                    self.remove(other);
                }
            }
        }

        impl ::core::ops::Not for $name {
            type Output = Self;

            fn not(self) -> Self {
                self.complement()
            }
        }

        $crate::__bitflags! { @operator $name BitOr bitor union BitOrAssign bitor_assign }
        $crate::__bitflags! { @operator $name BitAnd bitand intersection BitAndAssign bitand_assign }
        $crate::__bitflags! { @operator $name BitXor bitxor symmetric_difference BitXorAssign bitxor_assign }
        $crate::__bitflags! { @operator $name Sub sub difference SubAssign sub_assign }

        impl ::core::iter::Extend<$name> for $name {
            fn extend<I: ::core::iter::IntoIterator<Item = Self>>(&mut self, flags: I) {
                for flag in flags {
                    self.insert(flag);
                }
            }
        }

        impl ::core::iter::FromIterator<$name> for $name {
            fn from_iter<I: ::core::iter::IntoIterator<Item = Self>>(flags: I) -> Self {
                let mut all = Self::empty();
                ::core::iter::Extend::extend(&mut all, flags);
                all
            }
        }
    };
    (@operator $name:ident $operator:ident $method:ident $function:ident $assign:ident $assign_method:ident) => {
        impl ::core::ops::$operator for $name {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.$function(other)
            }
        }

        impl ::core::ops::$assign for $name {
            fn $assign_method(&mut self, other: Self) {
                *self = self.$function(other);
            }
        }
    };
}
