//! Documents in IndexedDB: one text per project, and beside it the line that the list of projects shows.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Transaction, TransactionMode};
use wasm_bindgen::JsValue;

const NAME: &str = "hearth";
const SHELVES: &str = "projects";
const SUMMARIES: &str = "summaries";

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(NAME, Some(1))?;
    request.on_upgrade_needed(|event| {
        let made = event.database().and_then(|database| {
            database.create_object_store(SHELVES, ObjectStoreParams::new())?;
            database.create_object_store(SUMMARIES, ObjectStoreParams::new())
        });
        if let Err(error) = made {
            // Opening then ends with an error of its own, which is reported.
            web_sys::console::error_1(&error.to_string().into());
        }
    });
    request.await
}

/// Commit, and wait until that is done. Where there is no room a transaction is aborted after all its requests have
/// succeeded, and only it knows why.
async fn commit(transaction: Transaction) -> Result<(), Error> {
    let same = JsValue::from(transaction);
    let done = Transaction::try_from(same.clone())?.commit()?.await?;
    if done.is_committed() {
        return Ok(());
    }
    Err(Transaction::try_from(same)?.error().map_or(Error::DomExceptionNotFound, Error::DomException))
}

/// Both texts of a project in one transaction: this is the moment at which a new generation becomes the current one. Nothing
/// is written, and the answer is false, unless what is stored is still `base`: another tab may have written meanwhile.
pub async fn put(id: &str, base: Option<&str>, shelf: &str, summary: &str) -> Result<bool, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[SHELVES, SUMMARIES], TransactionMode::ReadWrite)?;
    let key = JsValue::from_str(id);
    let found = transaction.object_store(SHELVES)?.get(key.clone())?.await?.and_then(|value| value.as_string());
    if found.as_deref() != base {
        transaction.abort()?.await?;
        database.close();
        return Ok(false);
    }
    let first = transaction.object_store(SHELVES)?.put(&shelf.into(), Some(&key))?;
    let second = transaction.object_store(SUMMARIES)?.put(&summary.into(), Some(&key))?;
    first.await?;
    second.await?;
    commit(transaction).await?;
    database.close();
    Ok(true)
}

pub async fn get(id: &str) -> Result<Option<String>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[SHELVES], TransactionMode::ReadOnly)?;
    let found = transaction.object_store(SHELVES)?.get(JsValue::from_str(id))?.await?;
    database.close();
    Ok(found.and_then(|value| value.as_string()))
}

/// The lines of all projects.
pub async fn summaries() -> Result<Vec<String>, Error> {
    let database = open().await?;
    let transaction = database.transaction(&[SUMMARIES], TransactionMode::ReadOnly)?;
    let found = transaction.object_store(SUMMARIES)?.get_all(None, None)?.await?;
    database.close();
    Ok(found.iter().filter_map(JsValue::as_string).collect())
}

pub async fn delete(id: &str) -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[SHELVES, SUMMARIES], TransactionMode::ReadWrite)?;
    let first = transaction.object_store(SHELVES)?.delete(JsValue::from_str(id))?;
    let second = transaction.object_store(SUMMARIES)?.delete(JsValue::from_str(id))?;
    first.await?;
    second.await?;
    commit(transaction).await?;
    database.close();
    Ok(())
}

pub async fn clear() -> Result<(), Error> {
    let database = open().await?;
    let transaction = database.transaction(&[SHELVES, SUMMARIES], TransactionMode::ReadWrite)?;
    let first = transaction.object_store(SHELVES)?.clear()?;
    let second = transaction.object_store(SUMMARIES)?.clear()?;
    first.await?;
    second.await?;
    commit(transaction).await?;
    database.close();
    Ok(())
}
