/**
 * What a kernel comes wrapped in: uImage, zImage, compressed files, a device tree behind it; and how a flat image
 * begins.
 *
 * <p>It uses {@code swivel.formats}, {@code swivel.formats.unpack}, and of {@link swivel.arm} the fields of a branch.
 * Begin with {@link swivel.formats.kernel.Container}, which takes off one wrapping after the other.
 */
package swivel.formats.kernel;
