"""Pages of a jury: the agents' side under /gestion/jury/, the members' under /jury/, the screen of the room."""
