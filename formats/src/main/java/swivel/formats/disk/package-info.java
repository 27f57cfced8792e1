/**
 * Files that hold a disk in another form than byte by byte, known by their magic numbers, so that they can be refused
 * by name.
 *
 * <p>Uses {@code swivel.formats.unpack}. Begin with the one class, {@link swivel.formats.disk.DiskFormat}.
 */
package swivel.formats.disk;
