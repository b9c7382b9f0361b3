select date "${day}" as day, count(*) as days from range(3);
