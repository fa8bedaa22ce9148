//! Contents of file and image columns: bytes in and bytes out.

mod column;
mod delete_file;
mod download_file;
#[cfg(test)]
mod testing;
mod upload_file;

pub use delete_file::DeleteFile;
pub use download_file::DownloadFile;
pub use upload_file::UploadFile;
