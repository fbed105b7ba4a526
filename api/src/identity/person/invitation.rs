//! One-time codes: made by a registrar who knows the person, good for three days and for one use, kept hashed.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::identity::entity::{invitation as table, person};
use crate::kernel::clock::Millis;
use crate::kernel::id::{Id, Person, Tenant};
use crate::kernel::problem::{Fault, Problem};
use crate::kernel::tx::Tx;

/// How long a code is good, milliseconds.
const GOOD_MS: i64 = 72 * 3_600_000;
/// Signs of a code: 26 of 32 are 130 bits.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 26;

/// A code to hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeCode {
    /// The code in groups of four signs.
    pub code: String,
    /// Until when it can be used.
    pub until: Millis,
}

/// Makes a new code for a person; an earlier one can no longer be used.
///
/// # Errors
/// What the database reports.
pub(super) async fn make(tx: &Tx, tenant: Id<Tenant>, person: Id<Person>) -> Result<OneTimeCode, Problem> {
    table::Entity::delete_many()
        .filter(table::Column::Tenant.eq(tenant.uuid()))
        .filter(table::Column::Person.eq(person.uuid()))
        .exec(tx.db())
        .await?;
    let mut bytes = [0_u8; LENGTH];
    tx.fill(&mut bytes);
    let signs: Vec<char> = bytes
        .iter()
        .filter_map(|byte| SIGNS.get(usize::from(byte % 32)))
        .map(|sign| char::from(*sign))
        .collect();
    let groups: Vec<String> = signs.chunks(4).map(|group| group.iter().collect()).collect();
    let (code, until) = (groups.join("-"), tx.now().plus_ms(GOOD_MS));
    let row = table::ActiveModel {
        code_hash: Set(hash(&code)),
        tenant: Set(tenant.uuid()),
        person: Set(person.uuid()),
        expires: Set(until.get()),
        used: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(OneTimeCode { code, until })
}

/// The person whose code this is, if it can still be used.
///
/// # Errors
/// `validation` in the same words for a wrong, old or used code and for one of somebody else.
pub async fn find(
    db: &impl ConnectionTrait,
    login: &str,
    code: &str,
    now: Millis,
) -> Result<Id<Person>, Problem> {
    let wrong = || Problem::validation(vec![Fault::field("code", "code-wrong")]);
    let row = table::Entity::find_by_id(hash(code))
        .filter(table::Column::Used.is_null())
        .filter(table::Column::Expires.gt(now.get()))
        .one(db)
        .await?
        .ok_or_else(wrong)?;
    let person: Option<Uuid> = person::Entity::find_by_id(row.person)
        .filter(person::Column::Tenant.eq(row.tenant))
        .filter(person::Column::Login.eq(login))
        .filter(person::Column::Status.eq("active"))
        .one(db)
        .await?
        .map(|person| person.id);
    person.map(Id::from_uuid).ok_or_else(wrong)
}

/// Uses a code up.
///
/// # Errors
/// As [`find`].
pub async fn use_up(tx: &Tx, login: &str, code: &str) -> Result<Id<Person>, Problem> {
    let person = find(tx.db(), login, code, tx.now()).await?;
    let done = table::Entity::update_many()
        .col_expr(table::Column::Used, Expr::value(tx.now().get()))
        .filter(table::Column::CodeHash.eq(hash(code)))
        .filter(table::Column::Used.is_null())
        .exec(tx.db())
        .await?;
    if done.rows_affected == 1 {
        Ok(person)
    } else {
        Err(Problem::validation(vec![Fault::field("code", "code-wrong")]))
    }
}

/// The hash of a code, however its letters, blanks and hyphens are typed.
fn hash(code: &str) -> Vec<u8> {
    let typed = code.chars().take(LENGTH * 4).filter(char::is_ascii_alphanumeric);
    let plain: String = typed
        .map(|sign| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            sign => sign,
        })
        .collect();
    Sha256::digest(format!("gongjian.code/1\n{plain}").as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn a_code_may_be_typed_as_people_read_it() {
        let kept = hash("7K3M-0Q1Z");
        for typed in ["7k3m0q1z", " 7K3M 0Q1Z ", "7K3M-OQ1Z", "7k3m-oqlz"] {
            assert_eq!(hash(typed), kept, "{typed}");
        }
        assert_ne!(hash("7K3M-0Q1Y"), kept);
    }
}
