package swivel.cpu.pages;

import java.util.function.LongSupplier;
import swivel.cpu.AddressSpace;
import swivel.memory.HostRegion;
import swivel.memory.MachineLock;

/**
 * A core of a machine, as far as engines do not differ: its address spaces and the host memory that they take. The code
 * that it runs is the machine's ({@link CodeSpace}). It belongs to the thread that runs it.
 */
public final class Core {
    public final CodeSpace code;

    /** That of the machine. */
    public final MachineLock lock;

    /** What belongs to it alone. */
    public final HostRegion host = new HostRegion("the processor");

    public final TableMemory tables;

    /** {@link #emptyMap}; 0: none yet. */
    private long emptyMap;

    public final MappedPages mappedPages;

    /** Guest instructions that it has executed. */
    LongSupplier instructions = () -> 0;

    /** It runs emitted code, or has not yet read what that left behind, and has not the lock of its machine. */
    private volatile boolean running;

    /** Makes emitted code leave soon. From any thread. */
    private Runnable leave = () -> {};

    /** Makes a core of the machine whose code this is. */
    public Core(CodeSpace code) {
        this(code, TableMemory.MAX_BYTES);
    }

    /** Makes one with another bound than usual of its address spaces' tables. */
    public Core(CodeSpace code, long tableBytes) {
        this.code = code;
        this.lock = code.memory().lock();
        this.mappedPages = code.mappedPages;
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

    /** Says how emitted code is made to leave soon, from any thread; it may be made to for nothing. */
    public void setLeave(Runnable newLeave) {
        leave = newLeave;
    }

    /**
     * Gives up the machine's lock to run emitted code. Whatever other cores change meanwhile that this one may see,
     * they change after {@link CodeSpace#halt}.
     */
    public void beginEmitted() {
        running = true;
        lock.unlock();
    }

    /**
     * Takes the lock back. What the code memory and tables say of why emitted code was left has been read: from here
     * on it may change.
     */
    public void endEmitted() {
        running = false;
        lock.lock();
    }

    /** Returns when it runs no emitted code; it does not before the caller gives up the machine's lock. */
    public void halt() {
        askToLeave();
        awaitLeft();
    }

    /** Asks it to leave emitted code, if it runs some. */
    void askToLeave() {
        if (running) {
            leave.run();
        }
    }

    /** So often it is looked whether it has left, before it is asked again. */
    private static final int SPINS = 100;

    /** So often it is asked, before others may have this thread's host core. */
    private static final int ASKED = 6;

    @SuppressWarnings("ThreadPriorityCheck") // it is right without, only slower
    void awaitLeft() {
        for (int spins = 1; running; spins++) {
            Thread.onSpinWait();
            if (spins % SPINS == 0) {
                leave.run(); // it may have put the limit of another space over what it was asked by
                if (spins > SPINS * ASKED) {
                    Thread.yield();
                }
            }
        }
    }

    /** Gives its memory back, and the code's if this was the machine's last core; a second call does nothing. */
    public void close() {
        if (!host.isClosed()) {
            code.remove(this);
            host.close();
        }
    }
}
