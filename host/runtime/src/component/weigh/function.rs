//! What one function takes while it is compiled. Pure.

use super::Module;
use std::fmt;
use wasmparser::{BlockType, FuncType, FunctionBody, Operator};

// What Cranelift keeps for each, in bytes: measured with functions of nothing else, rounded up.

/// Which value a local has in a block.
const LOCAL_IN_BLOCK: u64 = 4;
/// A local where two ways meet: at the end of an `if`, behind a branch.
const LOCAL_AT_JOIN: u64 = 20;
/// The same at the head of a loop.
const LOCAL_AT_LOOP: u64 = 48;
/// A value that goes along with a branch.
const VALUE_IN_BRANCH: u64 = 32;
/// A value that goes into a call or comes out of it.
const VALUE_IN_CALL: u64 = 512;
/// A block, or a branch.
const BLOCK: u64 = 1 << 10;
/// A loop, at whose head the time is looked at.
const LOOP: u64 = 12 << 10;
/// A call, of a function or of the runtime.
const CALL: u64 = 3 << 10;
/// An element of a table that is looked up, as for an indirect call.
const LOOK_UP: u64 = 17 << 10;
/// A byte of any other code.
const CODE_BYTE: u64 = 128;

/// How many values go into a function or a block, and come out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signature {
    parameters: u64,
    results: u64,
}

impl Signature {
    pub(super) fn of(kind: &FuncType) -> Self {
        let count = |types: usize| u64::try_from(types).unwrap_or(u64::MAX);
        Self {
            parameters: count(kind.params().len()),
            results: count(kind.results().len()),
        }
    }

    fn of_block(module: &Module, kind: BlockType) -> Self {
        match kind {
            BlockType::Empty => Self::default(),
            BlockType::Type(_) => Self {
                parameters: 0,
                results: 1,
            },
            BlockType::FuncType(kind) => module.signature(kind),
        }
    }

    fn both(self) -> u64 {
        self.parameters.saturating_add(self.results)
    }
}

/// What a function is made of.
#[derive(Debug, Default)]
pub(super) struct Shape {
    locals: u64,
    blocks: u64,
    loops: u64,
    joins: u64,
    /// All else, in bytes.
    rest: u64,
    /// How many values a branch to each enclosing label carries.
    labels: Vec<u64>,
}

impl Shape {
    pub(super) fn of(
        module: &Module,
        function: usize,
        body: &FunctionBody<'_>,
    ) -> wasmparser::Result<Self> {
        let signature = module.signature_of(function);
        let mut shape = Self {
            locals: signature.parameters,
            blocks: 1,
            labels: vec![signature.results],
            ..Self::default()
        };
        shape.values(signature.both(), VALUE_IN_CALL);
        for group in body.get_locals_reader()? {
            let (count, _) = group?;
            shape.locals = shape.locals.saturating_add(u64::from(count));
        }
        for operator in body.get_operators_reader()? {
            shape.read(module, &operator?)?;
        }
        Ok(shape)
    }

    /// The memory that it takes, with `size` bytes of code.
    pub(super) fn bytes(&self, size: u64) -> u64 {
        let blocks = self.blocks.saturating_add(self.loops);
        let of_each_local = blocks
            .saturating_mul(LOCAL_IN_BLOCK)
            .saturating_add(self.joins.saturating_mul(LOCAL_AT_JOIN))
            .saturating_add(self.loops.saturating_mul(LOCAL_AT_LOOP));
        self.locals
            .saturating_mul(of_each_local)
            .saturating_add(self.blocks.saturating_mul(BLOCK))
            .saturating_add(self.loops.saturating_mul(LOOP))
            .saturating_add(self.rest)
            .saturating_add(size.saturating_mul(CODE_BYTE))
    }

    fn read(&mut self, module: &Module, operator: &Operator<'_>) -> wasmparser::Result<()> {
        match operator {
            Operator::Block { blockty }
            | Operator::TryTable {
                try_table: wasmparser::TryTable { ty: blockty, .. },
            } => {
                let signature = Signature::of_block(module, *blockty);
                self.blocks = self.blocks.saturating_add(1);
                self.open(signature, signature.results);
            }
            Operator::Loop { blockty } => {
                let signature = Signature::of_block(module, *blockty);
                self.loops = self.loops.saturating_add(1);
                self.open(signature, signature.parameters);
            }
            Operator::If { blockty } => {
                let signature = Signature::of_block(module, *blockty);
                self.blocks = self.blocks.saturating_add(2);
                self.joins = self.joins.saturating_add(1);
                self.open(signature, signature.results);
            }
            Operator::End => {
                self.labels.pop();
            }
            Operator::Br { relative_depth }
            | Operator::BrIf { relative_depth }
            | Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                self.branch(targets.default());
                for target in targets.targets() {
                    self.branch(target?);
                }
            }
            Operator::Return => {
                let results = self.labels.first().copied().unwrap_or_default();
                self.values(results, VALUE_IN_CALL);
            }
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                let function = usize::try_from(*function_index).unwrap_or(usize::MAX);
                self.call(module.signature_of(function), CALL);
            }
            Operator::CallIndirect { type_index, .. }
            | Operator::ReturnCallIndirect { type_index, .. }
            | Operator::CallRef { type_index }
            | Operator::ReturnCallRef { type_index } => {
                self.call(module.signature(*type_index), CALL + LOOK_UP);
            }
            Operator::TableGet { .. } | Operator::TableSet { .. } => self.add(LOOK_UP),
            Operator::MemoryGrow { .. }
            | Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::TableGrow { .. }
            | Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. }
            | Operator::TableSize { .. }
            | Operator::ElemDrop { .. }
            | Operator::RefFunc { .. } => self.add(CALL),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, signature: Signature, label: u64) {
        self.values(signature.both(), VALUE_IN_BRANCH);
        self.labels.push(label);
    }

    fn branch(&mut self, depth: u32) {
        self.blocks = self.blocks.saturating_add(1);
        self.joins = self.joins.saturating_add(1);
        let values = usize::try_from(depth)
            .ok()
            .and_then(|depth| self.labels.len().checked_sub(depth.checked_add(1)?))
            .and_then(|at| self.labels.get(at).copied())
            .unwrap_or_default();
        self.values(values, VALUE_IN_BRANCH);
    }

    fn call(&mut self, signature: Signature, bytes: u64) {
        self.add(bytes);
        self.values(signature.both(), VALUE_IN_CALL);
    }

    fn values(&mut self, count: u64, each: u64) {
        self.add(count.saturating_mul(each));
    }

    fn add(&mut self, bytes: u64) {
        self.rest = self.rest.saturating_add(bytes);
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks = self.blocks.saturating_add(self.loops);
        write!(f, "{} locals, {blocks} blocks", self.locals)
    }
}
