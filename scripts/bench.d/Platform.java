import java.util.List;

/** What is measured: a platform of our own, with a fresh data directory and free ports, gone afterwards. */
interface Platform {
    /** @param processes 1 for everything in one, or 3 */
    static Platform start(int processes, Children children) throws Exception {
        return processes == 1 ? AllInOne.start(children) : ThreeNodes.start(children);
    }

    /** Blocks until it can be used. */
    void awaitReady() throws InterruptedException;

    /** All Java processes. */
    List<Long> pids();

    Place place();

    String httpUrl();

    /** Where each process shows its metrics. */
    List<Api> managements();

    Api provider();

    int postgresPort();

    /** In a word, for the report. */
    String description();

    /** Ends what is left of it and removes its files. */
    void clean();
}
