package swivel.cpu.pages;

import java.util.function.LongSupplier;
import swivel.cpu.AddressSpace;
import swivel.memory.HostRegion;

/**
 * A core of a machine, as far as engines do not differ: its address spaces and the host memory that they take. The code
 * that it runs is the machine's ({@link CodeSpace}). It belongs to the thread that runs it.
 */
public final class Core {
    public final CodeSpace code;

    /** What belongs to it alone. */
    public final HostRegion host = new HostRegion("the processor");

    public final TableMemory tables;

    /** {@link #emptyMap}; 0: none yet. */
    private long emptyMap;

    public final MappedPages mappedPages = new MappedPages(host);

    /** Guest instructions that it has executed. */
    LongSupplier instructions = () -> 0;

    /** Makes a core of the machine whose code this is. */
    public Core(CodeSpace code) {
        this(code, TableMemory.MAX_BYTES);
    }

    /** Makes one with another bound than usual of its address spaces' tables. */
    public Core(CodeSpace code, long tableBytes) {
        this.code = code;
        this.tables = new TableMemory(host, EntryFormat.of(code.memory()), tableBytes);
        code.add(this);
    }

    /** A table of ints in which nothing is mapped: who looks up accesses there has each in his slow path. */
    public long emptyMap() {
        if (emptyMap == 0) {
            emptyMap = EntryFormat.NARROW.newEmptyTable(host);
        }
        return emptyMap;
    }

    /** Makes an empty address space. */
    public PageMaps newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        return new PageMaps(this, filler, sensitive);
    }

    /** Says how many guest instructions it has executed: by them pages of code become calm. */
    public void setClock(LongSupplier newClock) {
        instructions = newClock;
    }

    /** Gives its memory back, and the code's if this was the machine's last core; a second call does nothing. */
    public void close() {
        if (!host.isClosed()) {
            code.remove(this);
            host.close();
        }
    }
}
