/** The worker-only half of the origin private file system (WHATWG File System), which the DOM library leaves out. */
interface FileSystemSyncAccessHandle {
  /** Bytes written; on a full disk fewer than asked, or 4294967288. */
  write(buffer: AllowSharedBufferSource, options?: { at?: number }): number;
  read(buffer: AllowSharedBufferSource, options?: { at?: number }): number;
  truncate(newSize: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
}
