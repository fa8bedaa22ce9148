//! `OpenApiConnection`: the block of Power Automate names its operation.

use airlock_expressions::{Context, Limits};
use serde_json::{Map, Value, json};

use crate::{Fault, Request, System, expressions::Texts, fault::below};

/// The operation whose block holds others.
const CHANGESET: &str = "ExecuteChangeset";

#[derive(Clone, Debug)]
pub(crate) struct OpenApi {
    system: System,
    operation: String,
    place: String,
    parameters: Texts,
    /// How many rows a flow wants at least, by its settings of the block.
    threshold: Option<Texts>,
    /// The blocks within it.
    children: Vec<(String, Self)>,
}

impl OpenApi {
    pub(crate) fn read(block: &Map<String, Value>, place: &str) -> Result<Self, Fault> {
        let none = Value::Null;
        let inputs = block.get("inputs").unwrap_or(&none);
        let host = inputs.get("host").unwrap_or(&none);
        let inner = block.get("actions").and_then(Value::as_object);
        let named = host.get("operationId").and_then(Value::as_str);
        let operation = match (named, inner) {
            (Some(named), _) => named,
            (None, Some(_)) => CHANGESET,
            (None, None) => {
                return Err(Fault::new(
                    format!("{place}/inputs/host/operationId"),
                    "which operation? A block of this type names it here",
                ));
            }
        };
        let parameters = inputs.get("parameters").cloned();
        let parameters = parameters.unwrap_or_else(|| json!({}));
        let at = format!("{place}/inputs/parameters");
        if !(parameters.is_object() || parameters.is_string()) {
            return Err(Fault::new(at, "the parameters are an object"));
        }
        let pagination = "/runtimeConfiguration/paginationPolicy/minimumItemCount";
        let threshold = block
            .get("runtimeConfiguration")
            .and_then(|settings| settings.pointer("/paginationPolicy/minimumItemCount"))
            .map(|count| Texts::read(count, &format!("{place}{pagination}")))
            .transpose()?;
        let mut children = Vec::new();
        for (name, child) in inner.into_iter().flatten() {
            let at = below(&format!("{place}/actions"), name);
            let Some(child) = child.as_object() else {
                return Err(Fault::new(at, "a block is a JSON object"));
            };
            children.push((name.clone(), Self::read(child, &at)?));
        }
        Ok(Self {
            system: system(host, place)?,
            operation: operation.to_owned(),
            parameters: Texts::read(&parameters, &at)?,
            place: at,
            threshold,
            children,
        })
    }

    pub(crate) fn needs(&self) -> Vec<String> {
        let mut needs = self.parameters.needs();
        needs.extend(self.threshold.iter().flat_map(Texts::needs));
        needs.extend(self.children.iter().flat_map(|(_, child)| child.needs()));
        needs
    }

    pub(crate) fn request(&self, context: &dyn Context, limits: &Limits) -> Result<Request, Fault> {
        let parameters = self.parameters.evaluate(context, limits)?;
        let Value::Object(mut input) = parameters else {
            return Err(Fault::new(&self.place, "the parameters are an object"));
        };
        if let Some(threshold) = &self.threshold {
            let count = threshold.evaluate(context, limits)?;
            input.insert("minimumItemCount".to_owned(), count);
        }
        if !self.children.is_empty() {
            let mut blocks = Map::new();
            for (name, child) in &self.children {
                let Request {
                    operation, input, ..
                } = child.request(context, limits)?;
                let block = json!({"operationId": operation, "parameters": input});
                blocks.insert(name.clone(), block);
            }
            input.insert("actions".to_owned(), Value::Object(blocks));
        }
        Ok(Request {
            system: self.system,
            operation: self.operation.clone(),
            input,
        })
    }
}

/// Whose operations a block names, by the connector that it calls.
fn system(host: &Value, place: &str) -> Result<System, Fault> {
    let text = |name: &str| host.get(name).and_then(Value::as_str);
    let api = text("apiId").and_then(|id| id.rsplit('/').next());
    // A flow may have several connections to one connector, told apart by a number behind the name.
    let connector = api.or_else(|| text("connectionName")).unwrap_or_default();
    let connector = connector.trim_start_matches("shared_");
    let is = |name: &str| {
        let rest = connector.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-']))
    };
    if connector.is_empty() || is("commondataserviceforapps") {
        Ok(System::PowerAutomate)
    } else if is("commondataservice") || is("dynamicscrmonline") || is("dynamicscrm") {
        Ok(System::LogicApps)
    } else {
        Err(Fault::new(
            format!("{place}/inputs/host"),
            format!(
                "the block calls the connector `{connector}`, which is none of Dynamics 365 or Dataverse"
            ),
        ))
    }
}
