/**
 * What Linux puts into its images and takes beside them: the kernel's own symbol table, signatures of modules, initial
 * file systems with their settings.
 *
 * <p>Uses {@code swivel.formats}, {@code swivel.formats.cpio} and {@code swivel.formats.unpack}. Begin anywhere: the
 * classes are independent of each other, but for {@link swivel.formats.linux.Initramfs}, which leaves out the
 * {@code BootConfig} behind it.
 */
package swivel.formats.linux;
