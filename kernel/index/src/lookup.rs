//! Finds the members of a type, and the types they return.

use std::collections::HashMap;

use crate::store::{Block, Index, Item, Kind, Member};
use crate::ty::Ty;

/// The maximum number of aliases, `Deref`s and traits to follow.
const STEPS: usize = 8;

/// The origin of a member. Completions are shown in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The type's own functions, constants and variants.
    Own,
    /// A trait's members.
    Trait,
    /// A public field.
    Field,
}

/// A member of a type.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    pub member: &'a Member,
    /// The type or trait that declares it.
    pub owner: &'a Item,
    pub group: Group,
    /// The type on which it was found, and the values of the type's parameters.
    subject: Ty,
    given: HashMap<String, Ty>,
}

impl Index {
    /// All members of a type: its own functions in source order, those of its traits, its public fields.
    pub(crate) fn members(&self, of: &Ty) -> Vec<Found<'_>> {
        let mut found = vec![];
        let mut of = self.normal(of.clone());
        for _ in 0..STEPS {
            self.add_members(&of, &mut found);
            match self.target(&of) {
                Some(target) => of = target,
                None => break,
            }
        }
        found.sort_by_key(|one| one.group);
        let mut names = std::collections::HashSet::new();
        // Earlier members hide later ones with the same name; a field and a method may share one.
        found.retain(|one| names.insert((one.member.name.as_str(), one.group == Group::Field)));
        found
    }

    fn add_members<'a>(&'a self, of: &Ty, found: &mut Vec<Found<'a>>) {
        let mut add = |members: &'a [Member], owner, group, given: HashMap<String, Ty>| {
            found.extend(members.iter().map(|member| {
                let group = if member.kind == Kind::Field { Group::Field } else { group };
                Found { member, owner, group, subject: of.clone(), given: given.clone() }
            }));
        };
        match of {
            Ty::Item(position, arguments) => {
                let item = &self.items[*position];
                let given = item.generics.iter().cloned().zip(arguments.iter().cloned()).collect();
                let own = if item.this.kind == Kind::Trait { Group::Trait } else { Group::Own };
                add(&item.members, item, own, given);
                for (block, given) in self.blocks_for(of) {
                    match block.of_trait {
                        None => add(&block.members, item, Group::Own, given),
                        Some(of_trait) if self.is_at_hand(of_trait) => {
                            let of_trait = &self.items[of_trait];
                            add(&of_trait.members, of_trait, Group::Trait, given);
                        }
                        Some(_) => {}
                    }
                }
            }
            Ty::Bound(traits) => {
                for of_trait in self.with_supertraits(traits) {
                    let of_trait = &self.items[of_trait];
                    add(&of_trait.members, of_trait, Group::Trait, HashMap::new());
                }
            }
            _ => {}
        }
    }

    /// Whether a notebook has the trait in scope: of the first crate's, only those in its prelude.
    fn is_at_hand(&self, of_trait: usize) -> bool {
        let item = &self.items[of_trait];
        let prelude = self.crates.first().and_then(|first| self.modules.get(&format!("{first}::prelude")));
        match prelude {
            Some(names) if item.krate == 0 => names.iter().any(|(_, item)| *item == of_trait),
            _ => !item.path.is_empty(),
        }
    }

    fn with_supertraits(&self, traits: &[usize]) -> Vec<usize> {
        let mut all: Vec<usize> = traits.to_vec();
        let mut next = 0;
        while let Some(&of_trait) = all.get(next) {
            if let Ty::Bound(more) = Ty::bound(&self.items[of_trait].this.returns) {
                for of_trait in more {
                    if of_trait < self.items.len() && !all.contains(&of_trait) {
                        all.push(of_trait);
                    }
                }
            }
            next += 1;
        }
        all
    }

    /// The blocks that apply to this type, with the values of their parameters.
    fn blocks_for(&self, of: &Ty) -> impl Iterator<Item = (&Block, HashMap<String, Ty>)> {
        let positions = match of {
            Ty::Item(item, _) => self.blocks_of.get(item).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        };
        positions.iter().filter_map(|&position| {
            let block = &self.blocks[position];
            let mut given = HashMap::new();
            self.fits(&Ty::bound(&block.subject), of, &block.generics, &mut given).then_some((block, given))
        })
    }

    /// The target of `Deref`.
    fn target(&self, of: &Ty) -> Option<Ty> {
        let own = |_: &str| None;
        self.blocks_for(of).find_map(|(block, given)| {
            let (_, target) = block.types.iter().find(|(name, _)| name == "Target" && block.of_trait.is_none())?;
            Some(self.normal(Ty::bound(target).with(&|name| given.get(name).cloned(), &own)))
        })
    }

    /// The type of a field or constant, or the return type of a function.
    pub(crate) fn returned(&self, found: &Found) -> Ty {
        if found.member.returns.is_empty() {
            return Ty::Tuple(vec![]);
        }
        let given = |name: &str| match name {
            "Self" => Some(found.subject.clone()),
            name => found.given.get(name).cloned(),
        };
        let own = |name: &str| self.own_type(&found.subject, name);
        self.normal(Ty::bound(&found.member.returns).with(&given, &own))
    }

    /// The type that the type's traits call `Self::name`.
    fn own_type(&self, of: &Ty, name: &str) -> Option<Ty> {
        self.blocks_for(of).find_map(|(block, given)| {
            let (_, own) = block.types.iter().find(|(own, _)| own == name)?;
            let given = |name: &str| if name == "Self" { Some(of.clone()) } else { given.get(name).cloned() };
            Some(Ty::bound(own).with(&given, &|_| None))
        })
    }

    /// The type without aliases, and with defaults for omitted parameters.
    pub(crate) fn normal(&self, of: Ty) -> Ty {
        self.normal_within(of, STEPS)
    }

    fn normal_within(&self, of: Ty, steps: usize) -> Ty {
        let Some(steps) = steps.checked_sub(1) else { return of };
        let all = |inner: Vec<Ty>| inner.into_iter().map(|of| self.normal_within(of, steps)).collect::<Vec<_>>();
        match of {
            Ty::Item(position, arguments) => {
                let Some(item) = self.items.get(position) else { return Ty::Unknown };
                let mut arguments = all(arguments);
                for default in item.defaults.iter().skip(arguments.len()) {
                    if default.is_empty() {
                        break;
                    }
                    arguments.push(self.normal_within(Ty::bound(default), steps));
                }
                if item.this.kind != Kind::Alias {
                    return Ty::Item(position, arguments);
                }
                let given = |name: &str| {
                    let position = item.generics.iter().position(|own| own == name)?;
                    Some(arguments.get(position).cloned().unwrap_or(Ty::Unknown))
                };
                self.normal_within(Ty::bound(&item.this.returns).with(&given, &|_| None), steps)
            }
            Ty::Named(name, arguments) => Ty::Named(name, all(arguments)),
            Ty::Seq(inner) => Ty::Seq(Box::new(self.normal_within(*inner, steps))),
            Ty::Tuple(inner) => Ty::Tuple(all(inner)),
            other => other,
        }
    }

    /// Whether a block for `pattern` applies to the type; unknown parts of the type count as a match.
    fn fits(&self, pattern: &Ty, of: &Ty, generics: &[String], given: &mut HashMap<String, Ty>) -> bool {
        let pattern = self.normal(pattern.clone());
        match (&pattern, of) {
            (Ty::Named(name, inner), _) if inner.is_empty() && generics.contains(name) => {
                given.insert(name.clone(), of.clone());
                true
            }
            (Ty::Item(one, these), Ty::Item(other, those)) => {
                one == other && these.iter().zip(those).all(|(one, other)| self.fits(one, other, generics, given))
            }
            (Ty::Named(one, these), Ty::Named(other, those)) => {
                let parameter = those.is_empty() && other.len() <= 2;
                let inner = |(one, other)| self.fits(one, other, generics, given);
                parameter || (one == other && these.iter().zip(those).all(inner))
            }
            (Ty::Seq(one), Ty::Seq(other)) => self.fits(one, other, generics, given),
            (Ty::Tuple(these), Ty::Tuple(those)) => {
                these.len() == those.len()
                    && these.iter().zip(those).all(|(one, other)| self.fits(one, other, generics, given))
            }
            (Ty::Item(..), Ty::Named(name, inner)) => inner.is_empty() && name.len() <= 2,
            (Ty::Named(..), Ty::Item(..)) => false,
            _ => true,
        }
    }
}
