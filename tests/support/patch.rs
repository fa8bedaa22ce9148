//! Components that no honest compiler makes: one number or name of a built one changed.

/// Section of a core module inside a component.
const CORE_MODULE: u8 = 1;
/// Section of core instances inside a component.
const CORE_INSTANCES: u8 = 2;
/// A core module with nothing in it.
const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";
/// Section of tables inside a core module.
const TABLES: u8 = 4;

/// `component` with the first table of its first core module asking for `elements` from the start.
///
/// # Panics
/// When it is not laid out as components are.
pub fn with_table_of(component: &[u8], elements: u32) -> Vec<u8> {
    let mut done = false;
    rewrite(component, |id, module| {
        if id != CORE_MODULE || done {
            return None;
        }
        done = true;
        Some(rewrite(module, |id, tables| {
            (id == TABLES).then(|| {
                let (count, rest) = number(tables);
                assert_eq!(count, 1, "a module of Rust has one table");
                let (kind, rest) = rest.split_first().unwrap();
                let (has_most, rest) = rest.split_first().unwrap();
                let (_, rest) = number(rest);
                let rest = if *has_most == 1 { number(rest).1 } else { rest };
                assert!(rest.is_empty(), "nothing follows the one table");
                let mut tables = vec![1, *kind, 0];
                tables.extend(leb(elements));
                tables
            })
        }))
    })
}

/// `component` with one more core module that nobody uses: a function with so many locals and empty blocks,
/// at whose end every local is read.
pub fn with_blocks(component: &[u8], locals: u32, blocks: usize) -> Vec<u8> {
    let mut code = vec![1];
    code.extend(leb(locals));
    code.push(0x7f);
    code.extend([0x02, 0x40, 0x0b].repeat(blocks));
    for local in 0..locals {
        code.push(0x20);
        code.extend(leb(local));
        code.push(0x1a);
    }
    code.push(0x0b);
    let mut bodies = vec![1];
    bodies.extend(leb(u32::try_from(code.len()).unwrap()));
    bodies.extend(code);
    let mut module = EMPTY_MODULE.to_vec();
    for (id, content) in [(1, &[1, 0x60, 0, 0][..]), (3, &[1, 0]), (10, &bodies)] {
        module.extend(section(id, content));
    }
    [component, &section(CORE_MODULE, &module)].concat()
}

/// `component` with `count` more core instances, of a module in which there is nothing.
pub fn with_core_instances(component: &[u8], count: u32) -> Vec<u8> {
    let mut modules = 0;
    rewrite(component, |id, _| {
        modules += u32::from(id == CORE_MODULE);
        None
    });
    let mut instances = leb(count);
    for _ in 0..count {
        instances.push(0);
        instances.extend(leb(modules));
        instances.push(0);
    }
    [
        component,
        &section(CORE_MODULE, EMPTY_MODULE),
        &section(CORE_INSTANCES, &instances),
    ]
    .concat()
}

/// `component` speaking another version of the contract, of the same length.
///
/// # Panics
/// When the lengths differ.
pub fn with_contract_version(component: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut patched = component.to_vec();
    for start in 0..patched.len() - from.len() {
        if &patched[start..start + from.len()] == from.as_bytes()
            && patched[..start].ends_with(b"@")
            && patched[..start - 1]
                .rsplit(|byte| *byte == b':')
                .next()
                .is_some_and(|name| name.starts_with(b"connector/"))
        {
            patched[start..start + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    patched
}

/// Rewrites those sections for which `change` answers new content.
fn rewrite(binary: &[u8], mut change: impl FnMut(u8, &[u8]) -> Option<Vec<u8>>) -> Vec<u8> {
    let (header, mut rest) = binary.split_at(8);
    let mut rewritten = header.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (size, after) = number(after);
        let (content, after) = after.split_at(size as usize);
        let content = change(*id, content).unwrap_or_else(|| content.to_vec());
        rewritten.extend(section(*id, &content));
        rest = after;
    }
    rewritten
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut section = vec![id];
    section.extend(leb(u32::try_from(content.len()).unwrap()));
    section.extend(content);
    section
}

/// Reads an unsigned LEB128.
fn number(bytes: &[u8]) -> (u32, &[u8]) {
    let (mut value, mut shift, mut rest) = (0, 0, bytes);
    loop {
        let (byte, after) = rest.split_first().unwrap();
        value |= u32::from(byte & 0x7f) << shift;
        rest = after;
        shift += 7;
        if byte & 0x80 == 0 {
            return (value, rest);
        }
    }
}

fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
