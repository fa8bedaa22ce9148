//! What an expression can ask its run. Part of [`super`].

use std::borrow::Cow;

use serde_json::Value;

/// What a run has seen so far.
///
/// Names of actions, parameters, variables and loops are compared without regard to case. An answer of `None`
/// means that there is nothing of that name, which is a fault; a skipped action has outputs of null.
///
/// Time and chance are asked for here too. An implementation that answers from a record makes a repeated evaluation
/// give the same value.
pub trait Context {
    /// `outputs('action')`.
    fn outputs(&self, action: &str) -> Option<&Value>;

    /// `actions('action')`: name, times, inputs, outputs, status, code. By default name and outputs.
    fn action(&self, name: &str) -> Option<Cow<'_, Value>> {
        let outputs = self.outputs(name)?;
        Some(Cow::Owned(
            serde_json::json!({"name": name, "outputs": outputs}),
        ))
    }

    /// `action()`: the action that is under way, where the language has one.
    fn current_action(&self) -> Option<&Value> {
        None
    }

    /// `result('scope')`: what the first level of a scope came to.
    fn result(&self, scope: &str) -> Option<&Value>;

    /// `triggerOutputs()`; null for a trigger without any.
    fn trigger_outputs(&self) -> Option<&Value>;

    /// `trigger()`. By default the outputs alone.
    fn trigger(&self) -> Option<Cow<'_, Value>> {
        let outputs = self.trigger_outputs()?;
        Some(Cow::Owned(serde_json::json!({"outputs": outputs})))
    }

    /// `parameters('name')`.
    fn parameter(&self, name: &str) -> Option<&Value>;

    /// `variables('name')`.
    fn variable(&self, name: &str) -> Option<&Value>;

    /// `item()`: the item of the innermost loop, Select or Filter array.
    fn item(&self) -> Option<&Value>;

    /// `items('loop')`.
    fn loop_item(&self, name: &str) -> Option<&Value>;

    /// `iterationIndexes('loop')`, from 0.
    fn iteration_index(&self, name: &str) -> Option<u64>;

    /// `workflow()`.
    fn workflow(&self) -> Option<&Value>;

    /// `listCallbackUrl()`.
    fn callback_url(&self) -> Option<&str> {
        None
    }

    /// The present moment, RFC 3339 in UTC with up to seven digits of a second. The same within one evaluation.
    fn now(&self) -> Option<String>;

    /// 128 bits of chance, other ones for each call; for `guid` and `rand`.
    fn random(&self) -> Option<u128>;
}
