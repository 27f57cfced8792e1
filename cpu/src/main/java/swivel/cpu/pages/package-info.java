/**
 * What is known by page: where a page is mapped, which pages hold code and are write-protected therefore, and the
 * bounded cache of lifted blocks.
 *
 * <p>Uses {@code swivel.cpu.ir}. Begin with {@link swivel.cpu.pages.Core}, {@link swivel.cpu.pages.PageMaps}, the
 * address space that engines read, and {@link swivel.cpu.pages.CodeSpace}, the code that all cores of a machine run.
 */
package swivel.cpu.pages;
