//! `$filter` to a `WHERE` condition.
//!
//! Layer: query, pure. `ne` also finds rows without a value, as the service's own SQL does; everything else follows
//! three-valued logic, and a row for which the condition is unknown is not found (reference §3.2).

use rusqlite::types::Value;

use crate::http::SimError;
use crate::query::ast::{Comparison, Expression, Literal, Path, Quantifier};
use crate::rows::storage::{layout::Encoding, layout::quoted, sql_functions::LIKE};
use crate::schema::ColumnKind;

use super::{
    Compiler, Property, Scope,
    constant::{self, incompatible},
    related,
};

impl Compiler<'_> {
    /// Compiles a condition; its parameters are appended to [`Compiler::parameters`].
    ///
    /// # Errors
    /// Unknown properties and functions, and operands that do not go together, in the service's words.
    pub fn condition(&mut self, expression: &Expression) -> Result<String, SimError> {
        match expression {
            Expression::And(..) | Expression::Or(..) => {
                let operator = if matches!(expression, Expression::And(..)) {
                    " AND "
                } else {
                    " OR "
                };
                let conditions: Vec<String> = operands(expression)
                    .into_iter()
                    .map(|operand| self.condition(operand))
                    .collect::<Result<_, _>>()?;
                Ok(balanced(&conditions, operator))
            }
            Expression::Not(inner) => match inner.as_ref() {
                Expression::Dataverse(..) => Err(SimError::bad_url(
                    "Not operator along with the Custom Named Condition operators is not allowed",
                )),
                inner => Ok(format!("(NOT {})", self.condition(inner)?)),
            },
            Expression::Compare(comparison, left, right) => {
                self.comparison(*comparison, left, right)
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Dataverse(name, arguments) => self.dataverse(name, arguments),
            Expression::Lambda {
                collection,
                quantifier,
                body,
            } => self.lambda(
                collection,
                *quantifier,
                body.as_ref()
                    .map(|(name, body)| (name.as_str(), body.as_ref())),
            ),
            Expression::Literal(Literal::Boolean(value)) => {
                Ok(if *value { "1" } else { "0" }.to_owned())
            }
            Expression::Literal(_) => Err(not_boolean()),
            Expression::Path(path) => {
                let property = self.property(path)?;
                match property.encoding {
                    Encoding::Boolean => Ok(format!("{} = 1", property.sql)),
                    _ => Err(not_boolean()),
                }
            }
        }
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
    ) -> Result<String, SimError> {
        match (left, right) {
            (Expression::Path(left), Expression::Path(right)) => {
                let (left, right) = (self.property(left)?, self.property(right)?);
                if left.encoding != right.encoding {
                    return Err(incompatible(
                        left.column.edm_type(),
                        right.column.edm_type(),
                        comparison,
                    ));
                }
                Ok(compared(&left.sql, comparison, &right.sql))
            }
            (Expression::Path(path), Expression::Literal(literal)) => {
                self.with_constant(path, comparison, literal)
            }
            (Expression::Literal(literal), Expression::Path(path)) => {
                self.with_constant(path, comparison.mirrored(), literal)
            }
            // `contains(name,'x') eq false`
            (condition, Expression::Literal(Literal::Boolean(value)))
                if matches!(comparison, Comparison::Equal | Comparison::NotEqual) =>
            {
                let wanted = *value == (comparison == Comparison::Equal);
                let condition = self.condition(condition)?;
                Ok(if wanted {
                    condition
                } else {
                    format!("(NOT {condition})")
                })
            }
            (left, right) => {
                // An unknown function is what is wrong, rather than what it is compared with.
                for side in [left, right] {
                    if let Expression::Call(name, arguments) = side {
                        self.call(name, arguments)?;
                    }
                }
                Err(SimError::bad_url(
                    "A comparison needs a property on at least one side.",
                ))
            }
        }
    }

    fn with_constant(
        &mut self,
        path: &Path,
        comparison: Comparison,
        literal: &Literal,
    ) -> Result<String, SimError> {
        let property = self.property(path)?;
        if *literal == Literal::Null {
            return Ok(match comparison {
                Comparison::Equal => format!("{} IS NULL", property.sql),
                Comparison::NotEqual => format!("{} IS NOT NULL", property.sql),
                _ => "0".to_owned(),
            });
        }
        let value = constant::value(&property, literal, comparison)?;
        self.parameters.push(value);
        Ok(compared(&property.sql, comparison, "?"))
    }

    fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<String, SimError> {
        let pattern: fn(&str) -> String = match name {
            "contains" => |text| format!("%{text}%"),
            "startswith" => |text| format!("{text}%"),
            "endswith" => |text| format!("%{text}"),
            _ => {
                return Err(SimError::bad_url(format!(
                    "An unknown function with name '{name}' was found. This may also be a function import or a key lookup \
                     on a navigation property, which is not allowed."
                )));
            }
        };
        let [
            Expression::Path(path),
            Expression::Literal(Literal::Text(text)),
        ] = arguments
        else {
            return Err(no_signature(name));
        };
        let property = self.property(path)?;
        let is_text = property.encoding == Encoding::Text
            && !matches!(property.column.kind, ColumnKind::MultiChoice { .. });
        if !is_text || property.is_navigation {
            return Err(no_signature(name));
        }
        let mut sql = format!("{LIKE}({}, ?)", property.sql);
        if name == "startswith" && !text.is_empty() && !text.contains(['%', '_', '[']) {
            // The same rows once more as a range, so that an index can find them.
            self.parameters.push(Value::Text(text.clone()));
            self.parameters
                .push(Value::Text(format!("{text}{}", char::MAX)));
            sql = format!(
                "({column} >= ? AND {column} < ? AND {sql})",
                column = property.sql
            );
        }
        self.parameters.push(Value::Text(pattern(text)));
        Ok(sql)
    }

    fn lambda(
        &mut self,
        collection: &Path,
        quantifier: Quantifier,
        body: Option<(&str, &Expression)>,
    ) -> Result<String, SimError> {
        let (table, parent, segments) = self.start(collection)?;
        let [navigation] = segments else {
            return Err(SimError::bad_url(format!(
                "The collection '{}' behind a single-valued navigation property is not supported in a lambda.",
                collection.segments.join("/")
            )));
        };
        let found = table
            .navigation(navigation)
            .ok_or_else(|| SimError::unknown_property(navigation, &table.logical_name))?;
        let alias = self.new_alias('t');
        let parent_id = format!("{parent}.{}", quoted(&table.primary_id));
        let related = related(self.scene.schema, found, &parent_id, &alias)?;
        let mut condition = related.condition.clone();
        let mut from = related.source(&alias);
        if let Some((variable, body)) = body {
            let scope = Scope {
                table: related.table,
                alias,
                from: from.clone(),
                variable: Some(variable.to_owned()),
                joins: Vec::new(),
            };
            self.scopes.push(scope);
            let inner = self.condition(body);
            if let Some(scope) = self.scopes.pop() {
                from = scope.source();
            }
            let inner = inner?;
            condition = match quantifier {
                Quantifier::Any => format!("{condition} AND {inner}"),
                Quantifier::All => format!("{condition} AND NOT {inner}"),
            };
        }
        let negated = if quantifier == Quantifier::All {
            "NOT "
        } else {
            ""
        };
        Ok(format!(
            "{negated}EXISTS (SELECT 1 FROM {from} WHERE {condition})"
        ))
    }
}

/// The operands of a chain of `and`s or of `or`s, in order.
fn operands(chain: &Expression) -> Vec<&Expression> {
    let is_and = matches!(chain, Expression::And(..));
    let (mut found, mut waiting) = (Vec::new(), vec![chain]);
    while let Some(expression) = waiting.pop() {
        match expression {
            Expression::And(left, right) if is_and => {
                waiting.extend([right.as_ref(), left.as_ref()])
            }
            Expression::Or(left, right) if !is_and => {
                waiting.extend([right.as_ref(), left.as_ref()])
            }
            operand => found.push(operand),
        }
    }
    found
}

/// Joins conditions in a balanced tree: SQLite refuses one that is a thousand levels deep, which a long chain would be.
pub fn balanced(conditions: &[String], operator: &str) -> String {
    match conditions {
        [] => "1".to_owned(),
        [one] => one.clone(),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            format!(
                "({}{operator}{})",
                balanced(left, operator),
                balanced(right, operator)
            )
        }
    }
}

/// `left <comparison> right` where neither is the null constant.
pub fn compared(left: &str, comparison: Comparison, right: &str) -> String {
    let operator = match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "IS NOT",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
    };
    format!("{left} {operator} {right}")
}

fn not_boolean() -> SimError {
    SimError::bad_url("The $filter expression must evaluate to a single boolean value.")
}

fn no_signature(name: &str) -> SimError {
    SimError::bad_url(format!(
        "No function signature for the function with name '{name}' matches the specified arguments. The function signatures \
         considered are: {name}(Edm.String Nullable=true, Edm.String Nullable=true)."
    ))
}

impl Property<'_> {
    /// Whether the property holds a moment or a day.
    pub fn is_temporal(&self) -> bool {
        matches!(self.encoding, Encoding::Moment | Encoding::Day)
    }
}
