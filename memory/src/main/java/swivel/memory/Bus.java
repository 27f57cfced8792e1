package swivel.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The guest-physical address space beside RAM: register windows, found by address. */
public final class Bus {
    /** A window: {@code size} bytes from guest-physical {@code base}. */
    public record Window(String name, int base, int size, Mmio device) {
        boolean contains(int gpa) {
            return Integer.compareUnsigned(gpa - base, size) < 0;
        }
    }

    private final List<Window> windows = new ArrayList<>();
    /** The one found last: what talks to a device does so again. Whoever reads an older one searches. */
    private Window found;

    /** Adds a window; it must not overlap another ({@link IllegalArgumentException}). */
    public void add(String name, int base, int size, Mmio device) {
        for (Window other : windows) {
            if (other.contains(base) || Integer.compareUnsigned(other.base - base, size) < 0) {
                throw new IllegalArgumentException(name + " overlaps " + other.name + " on the bus");
            }
        }
        windows.add(new Window(name, base, size, device));
        windows.sort(Comparator.comparingLong(w -> w.base & 0xffff_ffffL));
    }

    /** The window that holds an address, or null where nothing answers. */
    public Window find(int gpa) {
        Window last = found;
        if (last != null && last.contains(gpa)) {
            return last;
        }
        int low = 0;
        int high = windows.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Window window = windows.get(middle);
            if (window.contains(gpa)) {
                found = window;
                return window;
            }
            if (Integer.compareUnsigned(gpa, window.base) < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return null;
    }
}
