//! The three root types as async-graphql wants them: they write the registry and resolve nothing.

use std::borrow::Cow;
use std::pin::Pin;

use async_graphql::futures_util::Stream;
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, Response, ServerResult,
    SubscriptionType, Value,
};

use super::entry::{object, root_field};
use crate::roots::{MUTATIONS, QUERIES, Root, SUBSCRIPTIONS};

fn entry(registry: &mut Registry, name: &str, sentence: &str, roots: &'static [Root], rust: &'static str) -> MetaType {
    let fields = roots.iter().map(|root| root_field(registry, root)).collect();
    object(name, sentence, fields, Some(rust), name == Subscriptions::NAME)
}

macro_rules! container {
    ($root:ident, $name:literal, $sentence:literal, $roots:ident) => {
        #[doc = $sentence]
        pub(super) struct $root;

        impl OutputType for $root {
            fn type_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
                    entry(registry, $name, $sentence, $roots, std::any::type_name::<Self>())
                })
            }

            async fn resolve(&self, _ctx: &ContextSelectionSet<'_>, _field: &Positioned<Field>) -> ServerResult<Value> {
                Ok(Value::Null)
            }
        }

        impl ContainerType for $root {
            /// Nothing of ours is resolved here; introspection asks before it comes to this.
            async fn resolve_field(&self, _ctx: &Context<'_>) -> ServerResult<Option<Value>> {
                Ok(Some(Value::Null))
            }
        }

        impl ObjectType for $root {}
    };
}

container!(Queries, "Query", "What can be read.", QUERIES);
container!(Mutations, "Mutation", "What can be changed. Expected refusals are members of the payload.", MUTATIONS);

/// What can be watched.
pub(super) struct Subscriptions;

impl Subscriptions {
    const NAME: &'static str = "Subscription";
}

impl SubscriptionType for Subscriptions {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(Self::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_subscription_type::<Self, _>(|registry| {
            let rust = std::any::type_name::<Self>();
            entry(registry, Self::NAME, "What can be watched.", SUBSCRIPTIONS, rust)
        })
    }

    fn create_field_stream<'a>(
        &'a self,
        _ctx: &'a Context<'_>,
    ) -> Option<Pin<Box<dyn Stream<Item = Response> + Send + 'a>>> {
        None
    }
}
