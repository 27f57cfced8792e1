package swivel.devices;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import swivel.memory.HostThreads;

/**
 * Accesses to a disk that its own thread does, while the guest runs on. To wake a thread and to be woken by it takes as
 * long as to read some hundred kilobytes that the host has in memory; so what is quick is done on the vCPU's thread. A
 * kind of access that has just been slow is the thread's, until it has been quick some times.
 *
 * <p>The thread touches nothing of the guest: what it writes is copied before, what it has read is copied when the
 * vCPU's thread, or who stands for it, completes the request.
 */
final class DeferredAccesses {
    /**
     * An access that takes longer is slow: so many nanoseconds, and one for so many bytes. What the host has in memory
     * takes far less, and so little that the way to the thread and back would cost more than it gains.
     */
    private static final long QUICK_NANOSECONDS = 1_000_000;

    private static final int QUICK_BYTES = 4;

    /** So many quick ones in turn have to follow a slow one. */
    private static final int DOUBTS = 8;

    /** At most so many are in hand, with so many bytes together. */
    private static final int MAX_ACCESSES = 64;

    private static final int MAX_BYTES = 4 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    /** One of them. */
    final class Deferred implements Runnable {
        final DiskAccess access;
        final Virtqueue.Pending request;
        /** What is written, or was read. */
        final byte[] content;

        boolean failed = true;
        private long nanoseconds;

        private Deferred(DiskAccess access, Virtqueue.Pending request, byte[] content) {
            this.access = access;
            this.request = request;
            this.content = content;
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            try {
                access.on(image, new DiskAccess.Held(content), new byte[(int) Math.min(access.length(), BUFFER_BYTES)]);
                failed = false;
            } catch (IOException e) {
                failed = true; // the guest's business: a disk that fails
            } finally {
                nanoseconds = System.nanoTime() - start;
                done(this);
            }
        }
    }

    private final DiskImage image;
    private final EventQueue events;
    private Runnable told = () -> {};

    /** By kind, how many quick accesses are still to come before it counts as quick. */
    private final Map<DiskAccess.Kind, Integer> doubts = new EnumMap<>(DiskAccess.Kind.class);

    /** In hand or done, and not taken with {@link #next}. */
    private int accesses;

    private long bytes;

    /** Guarded by this: not done yet. */
    private int atWork;

    private final Queue<Deferred> done = new ConcurrentLinkedQueue<>();

    DeferredAccesses(DiskImage image, EventQueue events) {
        this.image = image;
        this.events = events;
        for (DiskAccess.Kind kind : DiskAccess.Kind.values()) {
            doubts.put(kind, kind.movesBytes() ? 0 : DOUBTS);
        }
    }

    /** Says who is told, on the disk's thread, when an access is done. */
    void whenDone(Runnable newTold) {
        told = newTold;
    }

    /** Whether an access is the thread's. */
    boolean wants(DiskAccess access) {
        return held(access) <= MAX_BYTES && !events.repeats() && (mustWait() || doubts.get(whatLasts(access)) > 0);
    }

    /** Whether nothing can be done at once, since the thread is at work and the image is for one thread at a time. */
    boolean mustWait() {
        return accesses > 0 && !image.isParallel();
    }

    /** Whether there is room for one more. */
    boolean hasRoom(DiskAccess access) {
        return accesses < MAX_ACCESSES && (accesses == 0 || bytes + held(access) <= MAX_BYTES);
    }

    private static int held(DiskAccess access) {
        return access.kind().movesBytes() ? (int) access.length() : 0;
    }

    private static DiskAccess.Kind whatLasts(DiskAccess access) {
        return access.flushes() ? DiskAccess.Kind.FLUSH : access.kind();
    }

    /** Leaves an access to the thread; it must {@linkplain #wants want} it and have room. */
    void defer(DiskAccess access, Virtqueue queue) {
        byte[] content = new byte[held(access)];
        Virtqueue.Pending request = queue.defer();
        if (access.kind() == DiskAccess.Kind.WRITE) {
            int _ = request.chain().read(content, 0, content.length);
        }
        Deferred deferred = new Deferred(access, request, content);
        accesses++;
        bytes += content.length;
        synchronized (this) {
            atWork++;
        }
        events.workBegins();
        image.later(deferred);
    }

    /** On the disk's thread. */
    private void done(Deferred deferred) {
        done.add(deferred);
        told.run();
        events.workEnds();
        synchronized (this) {
            atWork--;
            notifyAll();
        }
    }

    /** Takes one that is done; null: there is none. */
    Deferred next() {
        Deferred next = done.poll();
        if (next != null) {
            accesses--;
            bytes -= next.content.length;
            took(next.access, next.nanoseconds);
        }
        return next;
    }

    /** An access took so long. */
    void took(DiskAccess access, long nanoseconds) {
        boolean quick = nanoseconds < QUICK_NANOSECONDS + access.length() / QUICK_BYTES;
        doubts.merge(whatLasts(access), 0, (before, _) -> quick ? Math.max(0, before - 1) : DOUBTS);
    }

    /** Waits until the thread has nothing in hand, as {@link HostThreads#await} does. */
    void drain() {
        HostThreads.await(this::awaitRest);
    }

    private synchronized void awaitRest() throws InterruptedException {
        while (atWork > 0) {
            wait();
        }
    }

    /** Waits, and forgets what was done. */
    void forget() {
        drain();
        done.clear();
        accesses = 0;
        bytes = 0;
    }
}
