//! What compiling a component takes, and how much of the engine one instance of it takes, read from
//! its bytes before anything is compiled. Pure, in one pass, in less memory than the bytes themselves.
//!
//! A compiler's memory is a product where a file's size is a sum: half a megabyte of empty blocks in a
//! function with 50,000 locals takes 4 GB. So the products are computed first. The numbers are
//! estimates from above for what Cranelift keeps; what they miss ends at the limits of the process that
//! compiles, where there is one.

mod function;

use crate::engine::{CORE_INSTANCES, TABLES};
use crate::error::HostError;
use crate::names::shortened;
use function::Signature;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use wasmparser::{ComponentInstance, Encoding, Instance, Parser, Payload, TypeRef};

/// Components inside a component, each without code: the shapes of its exports.
const INSTANCES: usize = 100;

/// Machine code and what is noted about it, for each byte of a function.
const OUTPUT_BYTE: u64 = 24;
/// The same for each function, however short.
const OUTPUT_FUNCTION: u64 = 6 << 10;

/// What a component would take.
#[derive(Debug, Default)]
pub(crate) struct Weight {
    output: u64,
    /// The heaviest functions, as many as are compiled at once.
    heaviest: BinaryHeap<Reverse<(u64, String)>>,
    at_once: usize,
}

impl Weight {
    /// Weighs a component that will be compiled on so many processors.
    ///
    /// # Errors
    /// [`HostError::Component`] when it cannot be read, or is made of more parts than one connector has.
    pub(crate) fn of(wasm: &[u8], processors: usize) -> Result<Self, HostError> {
        let mut weight = Self {
            at_once: processors.max(1),
            ..Self::default()
        };
        Walk::new(&mut weight).component(wasm)?;
        Ok(weight)
    }

    /// The memory that compiling it takes, in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        self.heaviest
            .iter()
            .fold(self.output, |sum, Reverse((bytes, _))| {
                sum.saturating_add(*bytes)
            })
    }

    /// # Errors
    /// [`HostError::Component`] naming the setting, and the function that takes most.
    pub(crate) fn within(&self, most: u64) -> Result<(), HostError> {
        let bytes = self.bytes();
        if bytes <= most {
            return Ok(());
        }
        let heaviest = self
            .heaviest
            .iter()
            .map(|Reverse(heaviest)| heaviest)
            .max()
            .map(|(bytes, what)| format!("; {what} alone takes {} MiB", bytes >> 20))
            .unwrap_or_default();
        Err(HostError::Component(format!(
            "compiling it would take about {} MiB of memory, and compile-memory-bytes under [runtime] allows {} MiB{heaviest}",
            bytes >> 20,
            most >> 20
        )))
    }

    fn add(&mut self, body: u64, bytes: u64, what: impl FnOnce() -> String) {
        self.output = self
            .output
            .saturating_add(OUTPUT_FUNCTION)
            .saturating_add(body.saturating_mul(OUTPUT_BYTE));
        let is_full = self.heaviest.len() >= self.at_once;
        let lightest = self.heaviest.peek().map_or(0, |Reverse((bytes, _))| *bytes);
        if is_full && bytes <= lightest {
            return;
        }
        if is_full {
            self.heaviest.pop();
        }
        self.heaviest.push(Reverse((bytes, what())));
    }
}

/// A walk through a component and the modules inside it.
struct Walk<'a> {
    weight: &'a mut Weight,
    /// What is being read, the outermost first.
    open: Vec<Part>,
    core_instances: u32,
    instances: usize,
    tables: u32,
    /// Tables of each module that lies in the component itself.
    modules: Vec<u32>,
}

enum Part {
    Component,
    Module(Module),
}

/// What has to be known of a module to weigh its functions.
#[derive(Default)]
struct Module {
    types: Vec<Signature>,
    /// The type of each function, the imported ones first.
    functions: Vec<u32>,
    bodies: usize,
    imported: usize,
    tables: u32,
}

impl<'a> Walk<'a> {
    fn new(weight: &'a mut Weight) -> Self {
        Self {
            weight,
            open: Vec::new(),
            core_instances: 0,
            instances: 0,
            tables: 0,
            modules: Vec::new(),
        }
    }

    fn component(&mut self, wasm: &[u8]) -> Result<(), HostError> {
        for payload in Parser::new(0).parse_all(wasm) {
            self.read(payload.map_err(|error| unreadable(&error))?)?;
        }
        Ok(())
    }

    fn read(&mut self, payload: Payload<'_>) -> Result<(), HostError> {
        match payload {
            Payload::Version { encoding, .. } => self.open.push(match encoding {
                Encoding::Component => Part::Component,
                Encoding::Module => Part::Module(Module::default()),
            }),
            Payload::End(_) => {
                if let Some(Part::Module(module)) = self.open.pop() {
                    self.modules.push(module.tables);
                }
            }
            Payload::InstanceSection(section) => {
                self.only_in_the_outermost()?;
                for instance in section {
                    let instance = instance.map_err(|error| unreadable(&error))?;
                    if let Instance::Instantiate { module_index, .. } = instance {
                        self.instantiate(module_index)?;
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    let instance = instance.map_err(|error| unreadable(&error))?;
                    if matches!(instance, ComponentInstance::Instantiate { .. }) {
                        self.only_in_the_outermost()?;
                        self.instances += 1;
                    }
                }
                if self.instances > INSTANCES {
                    return Err(refused(format!(
                        "it has more than {INSTANCES} components inside it"
                    )));
                }
            }
            Payload::ComponentCanonicalSection(_) => self.only_in_the_outermost()?,
            other => {
                let of = self.modules.len();
                if let Some(Part::Module(module)) = self.open.last_mut() {
                    module
                        .read(other, of, self.weight)
                        .map_err(|error| unreadable(&error))?;
                }
            }
        }
        Ok(())
    }

    /// Code that is put together from several components would need an instance, a stack and an adapter
    /// for each; none of them is counted when an instance of the whole is admitted.
    fn only_in_the_outermost(&self) -> Result<(), HostError> {
        if self.open.len() > 1 {
            return Err(refused(
                "it is put together from several components that have code of their own; a connector is one".to_owned(),
            ));
        }
        Ok(())
    }

    fn instantiate(&mut self, module: u32) -> Result<(), HostError> {
        self.core_instances = self.core_instances.saturating_add(1);
        // One that was not defined here counts like the largest that was.
        let tables = usize::try_from(module)
            .ok()
            .and_then(|module| self.modules.get(module).copied())
            .or_else(|| self.modules.iter().max().copied());
        self.tables = self.tables.saturating_add(tables.unwrap_or(0));
        for (what, count, most) in [
            ("core module instances", self.core_instances, CORE_INSTANCES),
            ("tables", self.tables, TABLES),
        ] {
            if count > most {
                return Err(refused(format!(
                    "an instance of it would have more than {most} {what}; connectors have at most {most}"
                )));
            }
        }
        Ok(())
    }
}

impl Module {
    fn read(
        &mut self,
        payload: Payload<'_>,
        of: usize,
        weight: &mut Weight,
    ) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for kind in section.into_iter_err_on_gc_types() {
                    self.types.push(Signature::of(&kind?));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(kind) | TypeRef::FuncExact(kind) => {
                            self.functions.push(kind);
                            self.imported += 1;
                        }
                        _ => {}
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for kind in section {
                    self.functions.push(kind?);
                }
            }
            Payload::TableSection(section) => {
                self.tables = self.tables.saturating_add(section.count());
            }
            Payload::CodeSectionEntry(body) => {
                let number = self.imported + self.bodies;
                self.bodies += 1;
                let size = u64::try_from(body.range().len()).unwrap_or(u64::MAX);
                let shape = function::Shape::of(self, number, &body)?;
                weight.add(size, shape.bytes(size), || {
                    format!("function {number} of module {of} ({shape})")
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn signature(&self, kind: u32) -> Signature {
        usize::try_from(kind)
            .ok()
            .and_then(|kind| self.types.get(kind).copied())
            .unwrap_or_default()
    }

    fn signature_of(&self, function: usize) -> Signature {
        self.functions
            .get(function)
            .map_or_else(Signature::default, |kind| self.signature(*kind))
    }
}

fn unreadable(error: &wasmparser::Error) -> HostError {
    refused(shortened_text(&error.to_string()))
}

/// An error may quote a name that the component chose.
fn shortened_text(text: &str) -> String {
    const LONGEST: usize = 500;
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    shortened(text)
}

fn refused(message: String) -> HostError {
    HostError::Component(message)
}

#[cfg(test)]
mod tests;
